package calibration_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"experiment/pipelines/calibration"
)

// sure returns n examples of two classes, all with one confidence in the first class, the first of which are wrong.
func sure(t *testing.T, n, wrong int, confidence float64) *calibration.Predictions {
	t.Helper()
	var probabilities []float64
	labels := make([]int, n)
	for i := range n {
		probabilities = append(probabilities, confidence, 1-confidence)
		if i < wrong {
			labels[i] = 1
		}
	}
	p, err := calibration.FromProbabilities(probabilities, labels, 2)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A calibrated model that happens to have no miss, or just as many as it expects, may be calibrated, and may as well miss as
// often as the exact limits of its accuracy say (those of R's binom.test).
func TestIntervalsOfErrorsWithoutNoiseInTheSample(t *testing.T) {
	for _, c := range []struct {
		n, wrong   int
		confidence float64
		least      float64 // of the accuracy
	}{
		{1000, 0, .999, .9963179},
		{20, 0, .95, .8315665},
		{20, 1, .95, .7512672},
		{1, 0, .5595, .025},
	} {
		p := sure(t, c.n, c.wrong, c.confidence)
		made := intervals(t, p, calibration.Bootstrap{Draws: 100, Bins: 15}, "ece", "adaptive_ece", "classwise_ece", "debiased_rmsce", "smooth_ece")
		for _, in := range made {
			if want := c.confidence - c.least; in.Lower != 0 || !(in.Upper > want-1e-6 && in.Upper < 2*want) {
				t.Errorf("%d of %d wrong at %v: %s [%v, %v], want [0, %v] or somewhat wider", c.wrong, c.n, c.confidence, in.Name, in.Lower, in.Upper, want)
			}
		}
	}
}

// Misses that no calibrated model would have are told from chance.
func TestIntervalsOfErrorsThatAreNoChance(t *testing.T) {
	for _, in := range intervals(t, sure(t, 1000, 12, .999), calibration.Bootstrap{Draws: 100, Bins: 15}, "ece", "classwise_ece", "smooth_ece") {
		if !(in.Lower > .002 && in.Upper < .03) {
			t.Errorf("%s: [%v, %v]", in.Name, in.Lower, in.Upper)
		}
	}
}

// The intervals of some metrics are those which they have among all.
func TestIntervalsOfSomeMetrics(t *testing.T) {
	first, second, labels := overconfident(100, rand.New(rand.NewPCG(1, 1)))
	posterior := make([]float64, len(first))
	for i, y := range labels {
		for k := range 5 {
			posterior[5*i+k] = .05
		}
		posterior[5*i+y] = .8
	}
	p, q := fromSoft(t, first, posterior, 5), fromSoft(t, second, posterior, 5)
	settings := calibration.Bootstrap{Draws: 100, Bins: 15}
	all, allDifferences := intervals(t, p, settings), differences(t, p, q, settings)
	if want := len(calibration.MetricNames()) - 1 + len(calibration.TruthNames()); len(all) != want || len(allDifferences) != want {
		t.Fatalf("%d intervals and %d of differences, want %d", len(all), len(allDifferences), want)
	}
	for i, in := range all {
		if alone := intervals(t, p, settings, in.Name); !same(alone, all[i:i+1]) {
			t.Errorf("%s alone: %v, among all %v", in.Name, alone, in)
		}
		if alone := differences(t, p, q, settings, in.Name); !same(alone, allDifferences[i:i+1]) {
			t.Errorf("%s alone: the difference %v, among all %v", in.Name, alone, allDifferences[i])
		}
	}
	if made := intervals(t, p, settings, "ece_noise_floor"); len(made) != 0 {
		t.Errorf("the noise floor has %v", made)
	}
}

func TestResampleRefusesNames(t *testing.T) {
	p := sure(t, 5, 0, .9)
	for name, want := range map[string]string{
		"eec":           `making intervals: there is no metric "eec"`,
		"kl_divergence": "making intervals: kl_divergence needs soft labels, a probability for each class",
	} {
		if _, err := p.Resample(calibration.Bootstrap{Draws: 100, Bins: 15}, name); err == nil || err.Error() != want {
			t.Errorf("%s: the error is %v, want %s", name, err, want)
		}
	}
}

// One resampling serves every comparison, and these are those of Differences.
func TestMinusOfWhatWasResampledOnce(t *testing.T) {
	first, second, labels := overconfident(100, rand.New(rand.NewPCG(1, 1)))
	p, q := fromLogits(t, first, labels, 5), fromLogits(t, second, labels, 5)
	settings := calibration.Bootstrap{Draws: 100, Bins: 15}
	resample := func(p *calibration.Predictions, b calibration.Bootstrap, names ...string) *calibration.Resampled {
		r, err := p.Resample(b, names...)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r, s := resample(p, settings), resample(q, settings)
	for range 2 {
		if minus, err := r.Minus(s); err != nil || !same(minus, differences(t, p, q, settings)) {
			t.Fatalf("the differences are %v, %v", minus, err)
		}
	}
	if !same(r.Intervals(), intervals(t, p, settings)) {
		t.Error("the intervals differ from those of Intervals")
	}
	other := settings
	other.Seed++
	for want, s := range map[string]*calibration.Resampled{
		"one was resampled with":            resample(q, other),
		"one has the metrics":               resample(q, settings, "nll"),
		"one has 100 examples, the other 1": resample(fromLogits(t, first[:5], labels[:1], 5), settings),
	} {
		if _, err := r.Minus(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}

// The means over soft labels that need the truth lie in their intervals, and are not points.
func TestIntervalsOfTruthsHoldThem(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	var logits, posterior []float64
	for range 300 {
		a, b := random.NormFloat64(), random.NormFloat64()
		logits = append(logits, 0, 2*a)
		right := 1 / (1 + math.Exp(-a-.3*b))
		posterior = append(posterior, 1-right, right)
	}
	p := fromSoft(t, logits, posterior, 2)
	metrics, err := p.Metrics(15, calibration.TruthNames()...)
	if err != nil {
		t.Fatal(err)
	}
	for i, in := range intervals(t, p, calibration.Bootstrap{Draws: 200, Bins: 15, Level: .99}, calibration.TruthNames()...) {
		if m := metrics[i]; m.Name != in.Name || !(in.Lower < m.Value && m.Value < in.Upper) {
			t.Errorf("%s is %v, in [%v, %v] of %s", m.Name, m.Value, in.Lower, in.Upper, in.Name)
		}
	}
}
