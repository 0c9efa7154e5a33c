package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSignFlip(t *testing.T) {
	const largest = math.MaxFloat64
	for name, test := range map[string]struct {
		differences []float64
		want        float64
	}{
		"none":                            {nil, nan},
		"one":                             {[]float64{3}, 1},
		"zeros":                           {[]float64{0, 0, 0}, 1},
		"all of one sign":                 {[]float64{.1, .2, .3, .4, .5}, 2. / 32},
		"a zero has no sign":              {[]float64{.1, .2, .3, .4, .5, 0}, 2. / 32},
		"the least is opposed":            {[]float64{-.1, .2, .3, .4, .5}, 4. / 32},
		"equal ones":                      {[]float64{1, 1, 1, -1}, 10. / 16},
		"accuracies of counted hits":      {differencesOf([]float64{.83, .84, .81, .86}, []float64{.82, .83, .82, .83}), 8. / 16},
		"near, but no tie":                {[]float64{1, 1, 1e-6}, 2. / 8},
		"NaN":                             {[]float64{1, nan}, nan},
		"infinite":                        {[]float64{1, inf}, nan},
		"infinite on both sides":          {[]float64{-inf, inf}, nan},
		"the largest numbers":             {[]float64{largest, largest, largest}, 2. / 8},
		"what rounding hides is a tie":    {[]float64{largest, 5e-324}, 1},
		"the smallest numbers":            {[]float64{5e-324, 5e-324, 5e-324}, 2. / 8},
		"36 of one sign":                  {slices.Repeat([]float64{1}, 36), math.Ldexp(1, -35)},
		"more than are counted":           {slices.Repeat([]float64{1}, 37), 1. / 100_000},
		"more than are counted, balanced": {append(slices.Repeat([]float64{1}, 30), slices.Repeat([]float64{-1}, 30)...), 1},
	} {
		if got := SignFlip(test.differences); !near(got, test.want, 0) {
			t.Errorf("%s: SignFlip(%v) = %v, want %v", name, test.differences, got, test.want)
		}
	}
}

func TestLeastSignFlip(t *testing.T) {
	for n, want := range map[int]float64{0: 1, 1: 1, 2: .5, 5: 1. / 16, 6: 1. / 32, 10: 2. / 1024} {
		if got := LeastSignFlip(n); got != want {
			t.Errorf("LeastSignFlip(%d) = %v, want %v", n, got, want)
		}
	}
}

// byCounting goes through all 2^n assignments of whole numbers, without rounding.
func byCounting(differences []int) float64 {
	observed, count := 0, 0
	for _, d := range differences {
		observed += d
	}
	for signs := range 1 << len(differences) {
		sum := 0
		for i, d := range differences {
			if signs>>i&1 == 1 {
				d = -d
			}
			sum += d
		}
		if max(sum, -sum) >= max(observed, -observed) {
			count++
		}
	}
	return float64(count) / float64(int(1)<<len(differences))
}

func TestSignFlipProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hits := rapid.SliceOfN(rapid.IntRange(-30, 30), 1, 11).Draw(t, "hits")
		examples := rapid.SampledFrom([]float64{1, 97, 10_000, 1e6}).Draw(t, "examples")
		base := rapid.IntRange(0, 100).Draw(t, "base")
		differences := make([]float64, len(hits))
		for i, hit := range hits { // rounded three times
			differences[i] = (float64(base+hit) / examples) - float64(base)/examples
		}
		p := SignFlip(differences)
		if want := byCounting(hits); p != want {
			t.Fatalf("p is %v, want %v", p, want)
		}
		if p < LeastSignFlip(len(hits)) || p > 1 {
			t.Fatalf("p is %v of %d differences", p, len(hits))
		}
		if again := SignFlip(rapid.Permutation(differences).Draw(t, "permuted")); again != p {
			t.Fatalf("in another order p is %v instead of %v", again, p)
		}
		factor := rapid.SampledFrom([]float64{-1, 3, 1e-300, -1e300}).Draw(t, "factor")
		for i := range differences {
			differences[i] *= factor
		}
		if scaled := SignFlip(differences); scaled != p {
			t.Fatalf("times %v p is %v instead of %v", factor, scaled, p)
		}
	})
}

// What is drawn for many differences agrees with what can still be counted.
func TestDrawnSignsAgreeWithCountedOnes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for range 5 {
		sizes, total := normals(random, 30), 0.
		for i := range sizes {
			sizes[i] = math.Abs(sizes[i])
			total += sizes[i]
		}
		for _, reached := range []float64{.05 * total, .2 * total, .4 * total} {
			want := exactShare(sizes, reached)
			deviation := math.Sqrt(want * (1 - want) / signDraws)
			if got := drawnShare(sizes, reached); math.Abs(got-want) > 4*deviation+1./signDraws {
				t.Errorf("drawn %v, counted %v ± %v", got, want, deviation)
			}
		}
	}
}

// Of many differences too, p does not depend on which sample comes first.
func TestDrawnSignsKnowNoDirection(t *testing.T) {
	differences := normals(rand.New(rand.NewPCG(5, 5)), MostExact+4)
	p := SignFlip(differences)
	for i := range differences {
		differences[i] *= -1
	}
	if q := SignFlip(differences); p != q {
		t.Errorf("p is %v, and %v of the negated differences", p, q)
	}
}

// Where every difference is symmetric about 0, of whatever distribution, p ≤ j/2^(n-1) has exactly that chance.
func TestSignFlipHoldsItsLevel(t *testing.T) {
	const n, trials = 8, 20_000
	random := rand.New(rand.NewPCG(4, 4))
	atMost := make([]int, 1<<(n-1)+1)
	for range trials {
		differences := make([]float64, n)
		for i := range differences { // heavy tails, and wider for each
			differences[i] = math.Exp(float64(i)/2) * random.NormFloat64() / (.1 + random.Float64())
		}
		rank := int(SignFlip(differences) * float64(len(atMost)-1))
		for j := rank; j < len(atMost); j++ {
			atMost[j]++
		}
	}
	for _, j := range []int{1, 2, 6, 13, 32, 64, 128} {
		chance := float64(j) / float64(len(atMost)-1)
		if got := float64(atMost[j]) / trials; math.Abs(got-chance) > 4*math.Sqrt(chance*(1-chance)/trials) {
			t.Errorf("p ≤ %v in %v of trials", chance, got)
		}
	}
}
