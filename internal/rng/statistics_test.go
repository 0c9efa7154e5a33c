package rng

import (
	"math"
	"slices"
	"testing"
)

const draws = 200_000

// kolmogorov returns √n times the largest distance between the distribution of a sample and the uniform
// one. It exceeds 2.2 once in 8,000 samples.
func kolmogorov(sample []float64) float64 {
	slices.Sort(sample)
	n, largest := float64(len(sample)), 0.0
	for i, u := range sample {
		largest = max(largest, u-float64(i)/n, float64(i+1)/n-u)
	}
	return largest * math.Sqrt(n)
}

func TestFloatsAreUniform(t *testing.T) {
	sample := make([]float64, draws)
	New(7, "uniform").Uniform(sample)
	for _, u := range sample {
		if u < 0 || u >= 1 {
			t.Fatalf("%v is outside [0, 1)", u)
		}
	}
	if d := kolmogorov(sample); d > 2.2 {
		t.Errorf("Kolmogorov's statistic is %v", d)
	}
}

func TestNormalsAreNormal(t *testing.T) {
	s := New(7, "normal")
	sample, mean, square, fourth := make([]float64, draws), 0.0, 0.0, 0.0
	for i := range sample {
		z := s.Normal()
		mean += z / draws
		square += z * z / draws
		fourth += z * z * z * z / draws
		sample[i] = math.Erfc(-z/math.Sqrt2) / 2
	}
	if d := kolmogorov(sample); d > 2.2 {
		t.Errorf("Kolmogorov's statistic is %v", d)
	}
	// Four standard errors: of the mean 1/√n, of the square √(2/n), of the fourth power √(96/n).
	if math.Abs(mean) > 4/math.Sqrt(draws) || math.Abs(square-1) > 4*math.Sqrt(2./draws) ||
		math.Abs(fourth-3) > 4*math.Sqrt(96./draws) {
		t.Errorf("mean %v, square %v, fourth power %v", mean, square, fourth)
	}
}

// chiSquared returns how many standard deviations the χ² of counts against equal shares is off its mean.
func chiSquared(counts []int) float64 {
	total := 0
	for _, c := range counts {
		total += c
	}
	expected, sum := float64(total)/float64(len(counts)), 0.0
	for _, c := range counts {
		sum += (float64(c) - expected) * (float64(c) - expected) / expected
	}
	freedom := float64(len(counts) - 1)
	return (sum - freedom) / math.Sqrt(2*freedom)
}

func TestIntnIsUnbiased(t *testing.T) {
	s := New(7, "intn")
	for _, n := range []int{2, 3, 6, 10, 1000} {
		counts := make([]int, n)
		for range draws {
			counts[s.Intn(n)]++
		}
		if z := chiSquared(counts); math.Abs(z) > 5 {
			t.Errorf("n = %d: χ² is %.1f standard deviations off", n, z)
		}
	}
	// Of 3·2^61 numbers, without rejection, two of three would be 3/2 times as likely as the third.
	counts := make([]int, 3)
	for range draws {
		counts[s.Intn(3<<61)%3]++
	}
	if z := chiSquared(counts); math.Abs(z) > 5 {
		t.Errorf("remainders of 3: χ² is %.1f standard deviations off", z)
	}
}

func TestPermutationsAreEquallyLikely(t *testing.T) {
	s := New(7, "permutations")
	counts := map[[4]int]int{}
	for range 48_000 {
		counts[[4]int(s.Perm(4))]++
	}
	var flat []int
	for _, c := range counts {
		flat = append(flat, c)
	}
	if z := chiSquared(flat); len(flat) != 24 || math.Abs(z) > 5 {
		t.Errorf("%d of 24 permutations, χ² %.1f standard deviations off", len(flat), z)
	}
}

func TestStreamsAreUncorrelated(t *testing.T) {
	for name, pair := range map[string][2]*Stream{
		"seeds":    {New(0, "weights"), New(1, "weights")},
		"purposes": {New(0, "weights"), New(0, "order")},
	} {
		product := 0.0
		for range draws {
			product += (pair[0].Float64() - .5) * (pair[1].Float64() - .5) * 12 / draws
		}
		if math.Abs(product) > 4/math.Sqrt(draws) {
			t.Errorf("%s: correlation is %v", name, product)
		}
	}
}

func BenchmarkUint64(b *testing.B) {
	s := New(0, "benchmark")
	for b.Loop() {
		s.Uint64()
	}
}

func BenchmarkNormal(b *testing.B) {
	s := New(0, "benchmark")
	for b.Loop() {
		s.Normal()
	}
}

func BenchmarkPerm60000(b *testing.B) {
	s := New(0, "benchmark")
	for b.Loop() {
		s.Perm(60_000)
	}
}
