package calibration_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/calibration"
)

func TestEntropyHistogramByHand(t *testing.T) {
	// Entropies: 0, ln 2 (the limit), ln 2, and 0.3251 in the second of four bins of 0.1733.
	p := fromProbabilities(t, []float64{1, 0, .5, .5, .5, .5, .9, .1}, []int{0, 0, 1, 1}, 2)
	h := p.EntropyHistogram(4)
	if h.Limit != math.Ln2 {
		t.Errorf("the limit is %v, want ln 2", h.Limit)
	}
	for name, c := range map[string]struct{ got, want []float64 }{
		"right": {h.Right, []float64{1, 0, 0, 1}},
		"wrong": {h.Wrong, []float64{0, 1, 0, 1}},
	} {
		if len(c.got) != 4 {
			t.Fatalf("%s has %d bins, want 4", name, len(c.got))
		}
		for b, want := range c.want {
			if c.got[b] != want {
				t.Errorf("%s: bin %d has %v, want %v", name, b, c.got[b], want)
			}
		}
	}
}

// An edge belongs to the bin below it, as in a reliability diagram.
func TestEntropyAtAnEdgeIsInTheBinBelow(t *testing.T) {
	// Uniform over two of four classes: ln 2, exactly half of ln 4.
	p := fromProbabilities(t, []float64{.5, .5, 0, 0}, []int{0}, 4)
	if h := p.EntropyHistogram(2); h.Right[0] != 1 || h.Right[1] != 0 {
		t.Errorf("ln 2 of ln 4 is in the upper of two bins: %v", h.Right)
	}
	if h := p.EntropyHistogram(1); h.Right[0] != 1 {
		t.Errorf("the only bin has %v", h.Right)
	}
}

// Probabilities may sum to 1.001, and then have a greater entropy than ln K.
func TestEntropyAboveTheLimitIsInTheLastBin(t *testing.T) {
	p := fromProbabilities(t, []float64{.25, .25, .25, .2509}, []int{0}, 4)
	if p.MeanEntropy() <= math.Log(4) {
		t.Fatalf("the entropy is %v, and meant to be above ln 4", p.MeanEntropy())
	}
	if h := p.EntropyHistogram(20); h.Wrong[19] != 1 {
		t.Errorf("the last bin has %v", h.Wrong[19])
	}
}

// A soft label shares a prediction out between right and wrong.
func TestSoftLabelsAreSharedOut(t *testing.T) {
	p := fromSoft(t, []float64{2, 0, 0}, []float64{.75, .25, 0}, 3)
	h := p.EntropyHistogram(1)
	if h.Right[0] != .75 || h.Wrong[0] != .25 {
		t.Errorf("right %v, wrong %v, want 0.75 and 0.25", h.Right[0], h.Wrong[0])
	}
}

// TestEntropyHistogramOfAnySample holds that every prediction counts once, in the bin of its entropy, and that the
// share of what was right is the accuracy.
func TestEntropyHistogramOfAnySample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		p, b := s.predictions(t), bins.Draw(t, "bins")
		h := p.EntropyHistogram(b)
		right, all, least, most := 0.0, 0.0, 0.0, 0.0
		for k := range b {
			both := h.Right[k] + h.Wrong[k]
			right, all = right+h.Right[k], all+both
			least += both * h.Limit * float64(k) / float64(b)
			most += both * h.Limit * float64(k+1) / float64(b)
		}
		if all != float64(s.n) || right != math.Round(p.Accuracy()*float64(s.n)) {
			t.Fatalf("%v of %v are right, of %d examples with an accuracy of %v", right, all, s.n, p.Accuracy())
		}
		if mean := p.MeanEntropy() * float64(s.n); mean < least-1e-9 || mean > most+1e-9 {
			t.Fatalf("the entropies sum to %v, and the bins allow %v to %v", mean, least, most)
		}
	})
}

func TestEntropyHistogramWithoutBins(t *testing.T) {
	p := fromProbabilities(t, []float64{1, 0}, []int{0}, 2)
	for _, bins := range []int{0, -1, calibration.MaxBins + 1} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d bins were accepted", bins)
				}
			}()
			p.EntropyHistogram(bins)
		}()
	}
}
