package calibration_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/calibration"
)

// sample is random logits with labels. Some logits are rounded, so that ties occur.
type sample struct {
	n, classes int
	logits     []float64
	labels     []int
}

func draw(t *rapid.T) sample {
	s := sample{n: rapid.IntRange(1, 40).Draw(t, "n"), classes: rapid.IntRange(2, 6).Draw(t, "classes")}
	logit := rapid.OneOf(rapid.Float64Range(-30, 30), rapid.Map(rapid.IntRange(-3, 3), func(i int) float64 { return float64(i) }))
	s.logits = rapid.SliceOfN(logit, s.n*s.classes, s.n*s.classes).Draw(t, "logits")
	s.labels = rapid.SliceOfN(rapid.IntRange(0, s.classes-1), s.n, s.n).Draw(t, "labels")
	return s
}

func (s sample) predictions(t *rapid.T) *calibration.Predictions {
	p, err := calibration.FromLogits(s.logits, s.labels, s.classes)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func values(t *rapid.T, p *calibration.Predictions, bins int) map[string]float64 {
	metrics, err := p.Metrics(bins)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]float64{}
	for _, metric := range metrics {
		m[metric.Name] = metric.Value
	}
	return m
}

var bins = rapid.IntRange(1, 30)

func TestMetricsStayInTheirRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		m := values(t, s.predictions(t), bins.Draw(t, "bins"))
		const rounding = 1e-12
		for _, name := range []string{"accuracy", "error", "ece", "mce", "adaptive_ece", "classwise_ece",
			"debiased_rmsce", "smooth_ece", "mean_confidence", "aurc", "ece_noise_floor"} {
			if !(m[name] >= 0 && m[name] <= 1+rounding) {
				t.Errorf("%s is %v", name, m[name])
			}
		}
		if a := m["auroc_misclassification"]; !math.IsNaN(a) && !(a >= 0 && a <= 1) {
			t.Errorf("auroc_misclassification is %v", a)
		}
		if !(m["nll"] >= 0) || !(m["brier"] >= 0 && m["brier"] <= 2+rounding) {
			t.Errorf("nll is %v, brier %v", m["nll"], m["brier"])
		}
		if h := m["mean_entropy"]; !(h >= 0 && h <= math.Log(float64(s.classes))+rounding) {
			t.Errorf("mean_entropy is %v", h)
		}
		if m["ece"] > m["mce"]+rounding || m["ece"]+rounding < math.Abs(m["overconfidence"]) {
			t.Errorf("ece %v is not between |overconfidence| %v and mce %v", m["ece"], m["overconfidence"], m["mce"])
		}
		if !near(m["accuracy"]+m["error"], 1, 1e-15) {
			t.Errorf("accuracy %v and error %v", m["accuracy"], m["error"])
		}
	})
}

// The order of the examples matters to no metric that has no ties to break.
func TestOrderOfExamplesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		order := rapid.Permutation(indices(s.n)).Draw(t, "order")
		shuffled := sample{n: s.n, classes: s.classes}
		for _, i := range order {
			shuffled.logits = append(shuffled.logits, s.logits[i*s.classes:(i+1)*s.classes]...)
			shuffled.labels = append(shuffled.labels, s.labels[i])
		}
		b := bins.Draw(t, "bins")
		before, after := values(t, s.predictions(t), b), values(t, shuffled.predictions(t), b)
		for _, name := range []string{"accuracy", "nll", "brier", "ece", "mce", "classwise_ece", "mean_confidence",
			"mean_entropy", "overconfidence", "auroc_misclassification"} {
			if !near(before[name], after[name], 1e-12) {
				t.Errorf("%s was %v and is %v", name, before[name], after[name])
			}
		}
	})
}

// Renaming the classes changes nothing where no two logits of a row are equal.
func TestNamesOfClassesDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		for i := range s.logits {
			s.logits[i] += 1e-3 * float64(i%s.classes) * math.Sqrt2
		}
		names := rapid.Permutation(indices(s.classes)).Draw(t, "names")
		renamed := sample{n: s.n, classes: s.classes, logits: make([]float64, len(s.logits)), labels: make([]int, s.n)}
		for i, y := range s.labels {
			renamed.labels[i] = names[y]
			for k, name := range names {
				renamed.logits[i*s.classes+name] = s.logits[i*s.classes+k]
			}
		}
		b := bins.Draw(t, "bins")
		before, after := values(t, s.predictions(t), b), values(t, renamed.predictions(t), b)
		for _, name := range []string{"accuracy", "nll", "brier", "mean_confidence", "mean_entropy"} {
			if !near(before[name], after[name], 1e-12) {
				t.Errorf("%s was %v and is %v", name, before[name], after[name])
			}
		}
	})
}

func TestTemperatureKeepsTheAccuracy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t).predictions(t)
		scaled, err := p.Scale(math.Exp(rapid.Float64Range(-12, 12).Draw(t, "log T")))
		if err != nil {
			t.Fatal(err)
		}
		if p.Accuracy() != scaled.Accuracy() {
			t.Errorf("accuracy was %v and is %v", p.Accuracy(), scaled.Accuracy())
		}
	})
}

// No temperature in the range has a lower NLL than the fitted one, nor does a step to either side.
func TestFittedTemperatureIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t).predictions(t)
		fit, err := p.FitTemperature()
		if err != nil {
			t.Fatal(err)
		}
		logT := math.Log(fit.Temperature)
		if math.Abs(logT) > calibration.MaxLogTemperature+1e-12 {
			t.Errorf("temperature %v is out of range", fit.Temperature)
		}
		other := rapid.Float64Range(-calibration.MaxLogTemperature, calibration.MaxLogTemperature).Draw(t, "other log T")
		for _, l := range []float64{other, 0, logT - 1e-3, logT + 1e-3} {
			if math.Abs(l) > calibration.MaxLogTemperature {
				continue
			}
			scaled, err := p.Scale(math.Exp(l))
			if err != nil {
				t.Fatal(err)
			}
			if scaled.NLL() < fit.NLL-1e-12*max(1, fit.NLL) {
				t.Errorf("nll %v at log T %v is below %v at the fitted %v", scaled.NLL(), l, fit.NLL, logT)
			}
		}
	})
}

func TestScaledLogitsHaveAScaledTemperature(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		fit, err := s.predictions(t).FitTemperature()
		if err != nil {
			t.Fatal(err)
		}
		factor := math.Exp(rapid.Float64Range(-1, 1).Draw(t, "log factor"))
		for i := range s.logits {
			s.logits[i] *= factor
		}
		scaled, err := s.predictions(t).FitTemperature()
		if err != nil {
			t.Fatal(err)
		}
		inside := math.Abs(math.Log(fit.Temperature))+1 < calibration.MaxLogTemperature
		if inside && fit.Temperature != 1 && !near(scaled.Temperature/fit.Temperature/factor, 1, 1e-7) {
			t.Errorf("temperature of logits times %v is %v, of the logits %v", factor, scaled.Temperature, fit.Temperature)
		}
	})
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
