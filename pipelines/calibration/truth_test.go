package calibration_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/calibration"
)

func newTruth(t *testing.T, q, posterior []float64, labels []int, classes int) *calibration.Truth {
	t.Helper()
	truth, err := calibration.NewTruth(fromProbabilities(t, q, labels, classes), posterior)
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

func TestTruthByHand(t *testing.T) {
	truth := newTruth(t, []float64{.5, .5, .9, .1}, []float64{.75, .25, 1, 0}, []int{0, 0}, 2)
	h := -(.75*math.Log(.75) + .25*math.Log(.25)) / 2
	ce := (math.Ln2 - math.Log(.9)) / 2
	for _, test := range []struct {
		name      string
		got, want float64
	}{
		{"entropy_true", truth.Entropy(), h},
		{"cross_entropy_true", truth.CrossEntropy(), ce},
		{"kl_divergence", truth.KLDivergence(), ce - h},
		{"true_calibration_error", truth.CalibrationError(15), (.25 + .1) / 2},
		{"true_calibration_error in one bin", truth.CalibrationError(1), .875 - .7},
	} {
		if !near(test.got, test.want, 1e-14) {
			t.Errorf("%s is %v, want %v", test.name, test.got, test.want)
		}
	}
}

func TestTruthOfAPerfectModel(t *testing.T) {
	p := []float64{.2, .8, 0, 1. / 3, 1. / 3, 1. / 3, 0, 0, 1}
	truth := newTruth(t, p, p, []int{0, 1, 2}, 3)
	if truth.KLDivergence() != 0 || truth.CrossEntropy() != truth.Entropy() || truth.CalibrationError(15) != 0 {
		t.Errorf("kl is %v, cross-entropy %v, entropy %v, calibration error %v",
			truth.KLDivergence(), truth.CrossEntropy(), truth.Entropy(), truth.CalibrationError(15))
	}
}

func TestTruthOfAnImpossibleLabel(t *testing.T) {
	truth := newTruth(t, []float64{1, 0}, []float64{.5, .5}, []int{0}, 2)
	if !math.IsInf(truth.KLDivergence(), 1) || !math.IsInf(truth.CrossEntropy(), 1) {
		t.Errorf("kl is %v, cross-entropy %v, want +Inf", truth.KLDivergence(), truth.CrossEntropy())
	}
}

func TestTruthRefusesWhatIsNoPosterior(t *testing.T) {
	predictions := fromProbabilities(t, []float64{.5, .5}, []int{0}, 2)
	for posterior, want := range map[[3]float64]string{
		{.5, .4}: "reading posterior: row 0: the probabilities sum to 0.9, not 1",
		{2, -1}:  "reading posterior: row 0: class 0: 2 is not a probability",
	} {
		if _, err := calibration.NewTruth(predictions, posterior[:2]); err == nil || err.Error() != want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
	_, err := calibration.NewTruth(predictions, []float64{.5, .5, 0})
	if want := "reading posterior: 3 values do not fit 1 examples and 2 classes"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

// With one-hot posteriors the truth is the labels.
func TestTruthOfKnownLabels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := s.predictions(t)
		posterior := make([]float64, len(s.logits))
		for i, y := range s.labels {
			posterior[i*s.classes+y] = 1
		}
		truth, err := calibration.NewTruth(p, posterior)
		if err != nil {
			t.Fatal(err)
		}
		b := bins.Draw(t, "bins")
		if !near(truth.CrossEntropy(), p.NLL(), 1e-12) || truth.Entropy() != 0 ||
			!near(truth.KLDivergence(), p.NLL(), 1e-12) || !near(truth.CalibrationError(b), p.ECE(b), 1e-12) {
			t.Errorf("against known labels: %v, %v, %v, %v", truth.CrossEntropy(), truth.Entropy(),
				truth.KLDivergence(), truth.CalibrationError(b))
		}
	})
}

func TestDivergenceIsCrossEntropyLessEntropy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := rapid.IntRange(2, 5).Draw(t, "classes")
		n := rapid.IntRange(1, 10).Draw(t, "n")
		distributions := rapid.Custom(func(t *rapid.T) []float64 {
			var all []float64
			for range n {
				row, sum := rapid.SliceOfN(rapid.Float64Range(1e-6, 1), classes, classes).Draw(t, "row"), 0.0
				for _, w := range row {
					sum += w
				}
				for _, w := range row {
					all = append(all, w/sum)
				}
			}
			return all
		})
		p, err := calibration.FromProbabilities(distributions.Draw(t, "q"), make([]int, n), classes)
		if err != nil {
			t.Fatal(err)
		}
		truth, err := calibration.NewTruth(p, distributions.Draw(t, "p"))
		if err != nil {
			t.Fatal(err)
		}
		if kl := truth.KLDivergence(); kl < 0 || !near(kl, truth.CrossEntropy()-truth.Entropy(), 1e-12) {
			t.Errorf("kl is %v, cross-entropy %v, entropy %v", kl, truth.CrossEntropy(), truth.Entropy())
		}
	})
}
