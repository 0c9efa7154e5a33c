// Package rng is the one source of randomness: streams of numbers keyed by a seed and a purpose.
//
// Streams of different purposes are independent, so drawing more for one never shifts another. A stream is
// a function of its position alone (Philox4x64-10 of Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", 2011), so it can be left and continued anywhere.
package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/bits"
	"math/rand/v2"
)

// salt names the version of the derivation of keys. Another salt is another set of streams.
const salt = "experiment/rng/1\x00"

// Stream is a sequence of 2^64 random words and a position in it. It is a rand.Source. A Stream must not
// be used from several goroutines at once.
type Stream struct {
	key      [2]uint64
	nonce    [2]uint64 // the upper half of the counter: together with the key it names the stream
	position uint64    // words drawn so far
	block    [4]uint64 // the words around position, where position is not at the start of a block
}

var _ rand.Source = (*Stream)(nil)

// New returns the stream of a seed and a purpose, such as "weights" or "order of epoch 3", at its start. The
// stream is named by all 256 bits of SHA-256(salt, seed, purpose).
func New(seed int64, purpose string) *Stream {
	name := append([]byte(salt), make([]byte, 8)...)
	binary.LittleEndian.PutUint64(name[len(salt):], uint64(seed))
	digest := sha256.Sum256(append(name, purpose...))
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(digest[8*i:]) }
	return &Stream{key: [2]uint64{word(0), word(1)}, nonce: [2]uint64{word(2), word(3)}}
}

// Uint64 returns the next word.
func (s *Stream) Uint64() uint64 {
	i := s.position % 4
	if i == 0 {
		s.fill()
	}
	s.position++
	return s.block[i]
}

func (s *Stream) fill() {
	s.block = philox([4]uint64{s.position / 4, 0, s.nonce[0], s.nonce[1]}, s.key)
}

// Position returns how many words have been drawn. Seek with it continues exactly here.
func (s *Stream) Position() uint64 { return s.position }

// Seek goes to a position, at the same cost wherever it is.
func (s *Stream) Seek(position uint64) {
	s.position = position
	if position%4 != 0 {
		s.fill()
	}
}

// Float64 returns a multiple of 2^-53 in [0, 1). It draws one word.
func (s *Stream) Float64() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// Uniform fills dst with numbers in [0, 1), one word each.
func (s *Stream) Uniform(dst []float64) {
	for i := range dst {
		dst[i] = s.Float64()
	}
}

// Normal returns a number from the standard normal distribution, within ±8.3, by inverting its
// distribution function (Wichura 1988, AS 241, in math.Erfinv). It draws one word. On machines that fuse
// multiplication and addition its last bit may differ.
func (s *Stream) Normal() float64 {
	u := float64(s.Uint64()>>12) - (0x1p51 - 0.5) // an odd multiple of 1/2, symmetric around 0
	return math.Sqrt2 * math.Erfinv(u*0x1p-51)
}

// Intn returns a number in [0, n), each equally likely (Lemire 2019, "Fast random integer generation in an
// interval"). It draws one word, and seldom, with a probability below n/2^64, more. It panics if n < 1.
func (s *Stream) Intn(n int) int {
	if n < 1 {
		panic("rng: Intn of a number below 1")
	}
	high, low := bits.Mul64(s.Uint64(), uint64(n))
	if low < uint64(n) {
		for excess := -uint64(n) % uint64(n); low < excess; {
			high, low = bits.Mul64(s.Uint64(), uint64(n))
		}
	}
	return int(high)
}

// Shuffle puts n things in an order of which all are equally likely (Fisher and Yates). It panics if n < 0.
func (s *Stream) Shuffle(n int, swap func(i, j int)) {
	if n < 0 {
		panic("rng: Shuffle of a negative number")
	}
	for i := n - 1; i > 0; i-- {
		swap(i, s.Intn(i+1))
	}
}

// Perm returns 0 to n-1 in an order of which all are equally likely. It panics if n < 0.
func (s *Stream) Perm(n int) []int {
	if n < 0 {
		panic("rng: Perm of a negative number")
	}
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := s.Intn(i + 1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}
