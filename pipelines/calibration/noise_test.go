package calibration_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"experiment/pipelines/calibration"
)

// With one confidence the hits are binomial, and the floor is E|X/n - q|.
func TestNoiseFloorOfATiedConfidence(t *testing.T) {
	const n, q = 400, .75
	confidence, hit := make([]float64, n), make([]float64, n)
	for i := range confidence {
		confidence[i] = q
	}
	want, chance := 0.0, math.Pow(1-q, n) // of no hit
	for k := range n + 1 {
		want += chance * math.Abs(float64(k)/n-q)
		chance *= float64(n-k) / float64(k+1) * q / (1 - q)
	}
	deviation := math.Sqrt(q*(1-q)/n) / 10 // above the standard error of 100 draws
	if got := binary(t, confidence, hit).ECENoiseFloor(15); math.Abs(got-want) > 3*deviation {
		t.Errorf("the floor is %v, want %v within %v", got, want, 3*deviation)
	}
}

// Labels drawn from q itself have an ECE at the floor on average; the true labels do not matter to it.
func TestNoiseFloorIsTheECEOfACalibratedModel(t *testing.T) {
	const n, trials = 500, 200
	random := rand.New(rand.NewPCG(8, 9))
	ece, floor := 0.0, 0.0
	for range trials {
		confidence, hit := calibrated(n, random)
		p := binary(t, confidence, hit)
		ece += p.ECE(calibration.DefaultBins) / trials
		floor += p.ECENoiseFloor(calibration.DefaultBins) / trials
	}
	if math.Abs(ece/floor-1) > .05 {
		t.Errorf("the mean ece is %v, the floor %v", ece, floor)
	}
}

func TestNoiseFloorIsDeterministicAndBlindToLabels(t *testing.T) {
	confidence, hit := calibrated(300, rand.New(rand.NewPCG(8, 9)))
	first := binary(t, confidence, hit).ECENoiseFloor(15)
	clear(hit)
	if again := binary(t, confidence, hit).ECENoiseFloor(15); again != first || first <= 0 {
		t.Errorf("the floor was %v and is %v", first, again)
	}
}

func TestNoCertaintyHasANoiseFloor(t *testing.T) {
	if got := binary(t, []float64{1, 1}, []float64{0, 1}).ECENoiseFloor(15); got != 0 {
		t.Errorf("the floor of certain predictions is %v, want 0", got)
	}
}

func BenchmarkNoiseFloorOfAMillion(b *testing.B) {
	confidence, hit := calibrated(1_000_000, rand.New(rand.NewPCG(1, 1)))
	p := binary(b, confidence, hit)
	for b.Loop() {
		p.ECENoiseFloor(calibration.DefaultBins)
	}
}
