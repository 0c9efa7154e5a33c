package stats

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkBootstrap(b *testing.B) {
	for _, n := range []int{5, 8, 10, 20, 50} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			samples := normals(rand.New(rand.NewPCG(1, 1)), n)
			for b.Loop() {
				Bootstrap(samples, .95)
			}
		})
	}
}

func BenchmarkSignFlip(b *testing.B) {
	for _, n := range []int{5, 10, 20, 30, 36, 37} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			samples := normals(rand.New(rand.NewPCG(1, 1)), n)
			for b.Loop() {
				SignFlip(samples)
			}
		})
	}
}

func normals(random *rand.Rand, n int) []float64 {
	samples := make([]float64, n)
	for i := range samples {
		samples[i] = random.NormFloat64()
	}
	return samples
}
