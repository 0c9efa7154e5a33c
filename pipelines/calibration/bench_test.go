package calibration_test

import (
	"math/rand/v2"
	"testing"

	"experiment/pipelines/calibration"
)

func benchmarkData() (logits []float32, labels []int64) {
	random := rand.New(rand.NewPCG(5, 6))
	logits, labels = make([]float32, 100_000), make([]int64, 10_000)
	for i := range logits {
		logits[i] = 4 * float32(random.NormFloat64())
	}
	for i := range labels {
		labels[i] = int64(argmaxOrRandom(logits[10*i:10*i+10], random))
	}
	return logits, labels
}

func argmaxOrRandom(row []float32, random *rand.Rand) int {
	if random.Float64() < .4 {
		return random.IntN(len(row))
	}
	best := 0
	for k, z := range row {
		if z > row[best] {
			best = k
		}
	}
	return best
}

// All metrics of 10,000 examples of 10 classes, the softmax included.
func BenchmarkMetrics(b *testing.B) {
	logits, labels := benchmarkData()
	for b.Loop() {
		p, err := calibration.FromLogits(logits, labels, 10)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Metrics(calibration.DefaultBins); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFitTemperature(b *testing.B) {
	logits, labels := benchmarkData()
	p, err := calibration.FromLogits(logits, labels, 10)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.FitTemperature(); err != nil {
			b.Fatal(err)
		}
	}
}
