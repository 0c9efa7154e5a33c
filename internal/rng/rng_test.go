package rng

import (
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The known answers are those of Random123, tests/kat_vectors, lines "philox4x64 10".
func TestPhiloxKnownAnswers(t *testing.T) {
	const ones = math.MaxUint64
	for _, test := range []struct {
		counter [4]uint64
		key     [2]uint64
		want    [4]uint64
	}{
		{
			[4]uint64{},
			[2]uint64{},
			[4]uint64{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b},
		},
		{
			[4]uint64{ones, ones, ones, ones},
			[2]uint64{ones, ones},
			[4]uint64{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0},
		},
		{
			[4]uint64{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
			[2]uint64{0x452821e638d01377, 0xbe5466cf34e90c6c},
			[4]uint64{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6},
		},
	} {
		if got := philox(test.counter, test.key); got != test.want {
			t.Errorf("philox(%x, %x) is %x, want %x", test.counter, test.key, got, test.want)
		}
	}
}

// golden is the start of a stream, drawn in each way anew.
type golden struct {
	Seed    int64
	Purpose string
	Words   []uint64
	Floats  []float64
	Normals []float64
	Dice    []int
	Perm    []int
}

func start(seed int64, purpose string) golden {
	g := golden{Seed: seed, Purpose: purpose, Perm: New(seed, purpose).Perm(12)}
	words, floats, normals, dice := New(seed, purpose), New(seed, purpose), New(seed, purpose), New(seed, purpose)
	for range 6 {
		g.Words = append(g.Words, words.Uint64())
		g.Floats = append(g.Floats, floats.Float64())
		g.Normals = append(g.Normals, normals.Normal())
		g.Dice = append(g.Dice, dice.Intn(6))
	}
	return g
}

// Recorded results depend on these numbers: another stream is another version of the salt.
func TestStreamsStayTheSame(t *testing.T) {
	const path = "testdata/streams.json"
	got := []golden{start(0, ""), start(0, "weights"), start(1, "weights"), start(-1, "split"), start(math.MaxInt64, "γ")}
	if *update {
		b, err := json.MarshalIndent(got, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want []golden
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != len(got) {
		t.Fatalf("%d golden streams, want %d", len(want), len(got))
	}
	for i, w := range want {
		g := got[i]
		if g.Seed != w.Seed || g.Purpose != w.Purpose || !slices.Equal(g.Words, w.Words) ||
			!slices.Equal(g.Floats, w.Floats) || !slices.Equal(g.Dice, w.Dice) || !slices.Equal(g.Perm, w.Perm) {
			t.Errorf("stream %d is %+v, want %+v", i, g, w)
		}
		for j := range w.Normals {
			if math.Abs(g.Normals[j]-w.Normals[j]) > 1e-15*math.Abs(w.Normals[j]) {
				t.Errorf("stream %d: normal %d is %v, want %v", i, j, g.Normals[j], w.Normals[j])
			}
		}
	}
}

func TestStreamsDiffer(t *testing.T) {
	seen := map[uint64]string{}
	for _, purpose := range []string{"", "a", "b", "ab", "a\x00"} {
		for seed := int64(-50); seed < 50; seed++ {
			word := New(seed, purpose).Uint64()
			if other, ok := seen[word]; ok {
				t.Errorf("seed %d, purpose %q starts as %s", seed, purpose, other)
			}
			seen[word] = purpose
		}
	}
}

func TestSeekContinuesExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Int64().Draw(t, "seed")
		skip := rapid.IntRange(0, 50).Draw(t, "skip")
		left := New(seed, "seek")
		for range skip {
			left.Uint64()
		}
		if left.Position() != uint64(skip) {
			t.Fatalf("position is %d after %d words", left.Position(), skip)
		}
		continued := New(seed, "seek")
		for range rapid.IntRange(0, 9).Draw(t, "elsewhere") {
			continued.Uint64()
		}
		continued.Seek(left.Position())
		for range 9 {
			if a, b := left.Uint64(), continued.Uint64(); a != b || left.Position() != continued.Position() {
				t.Fatalf("word %d is %x, want %x", left.Position(), b, a)
			}
		}
	})
}

func TestSeekToTheEndOfTheStream(t *testing.T) {
	s := New(1, "end")
	s.Seek(math.MaxUint64)
	s.Uint64()
	if got, want := s.Uint64(), New(1, "end").Uint64(); got != want {
		t.Errorf("the stream goes on with %x, want %x, its start", got, want)
	}
}

func TestDrawsConsumeWhatTheySay(t *testing.T) {
	s := New(1, "consumption")
	s.Float64()
	s.Normal()
	s.Uniform(make([]float64, 5))
	if s.Position() != 7 {
		t.Errorf("7 numbers drew %d words", s.Position())
	}
}

func TestPermIsAPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "n")
		seed := rapid.Int64().Draw(t, "seed")
		p := New(seed, "perm").Perm(n)
		shuffled := make([]int, n)
		for i := range shuffled {
			shuffled[i] = i
		}
		New(seed, "perm").Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if !slices.Equal(p, shuffled) {
			t.Fatalf("Perm is %v, Shuffle %v", p, shuffled)
		}
		slices.Sort(shuffled)
		for i, v := range shuffled {
			if v != i {
				t.Fatalf("%v is no permutation", p)
			}
		}
	})
}

func TestStreamIsASource(t *testing.T) {
	if got, want := rand.New(New(3, "source")).Uint64(), New(3, "source").Uint64(); got != want {
		t.Errorf("first word through math/rand is %x, want %x", got, want)
	}
}

func TestWrongNumbersPanicWithThePackage(t *testing.T) {
	s := New(0, "panics")
	for want, f := range map[string]func(){
		"rng: Intn of a number below 1":     func() { s.Intn(0) },
		"rng: Perm of a negative number":    func() { s.Perm(-1) },
		"rng: Shuffle of a negative number": func() { s.Shuffle(-1, func(i, j int) {}) },
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panic is %v, want %s", got, want)
				}
			}()
			f()
		}()
	}
}
