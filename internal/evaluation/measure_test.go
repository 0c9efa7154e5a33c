package evaluation_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"experiment/internal/evaluation"
	"experiment/pipelines/calibration"
)

// predictions draws n examples over four classes whose logits are scaled by a factor: above 2 they are
// over-confident.
func predictions(t *testing.T, n int, seed uint64, factor float64) *calibration.Predictions {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	var logits []float64
	var labels []int
	for range n {
		label := random.IntN(4)
		for k := range 4 {
			z := random.NormFloat64()
			if k == label {
				z += 2
			}
			logits = append(logits, factor*z)
		}
		labels = append(labels, label)
	}
	p, err := calibration.FromLogits(logits, labels, 4)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func options(method evaluation.Method) evaluation.Options {
	return evaluation.Options{Bins: 15, Method: method, Metrics: []string{"ece", "accuracy", "nll"}}
}

func value(t *testing.T, metrics []evaluation.Metric, name string) float64 {
	t.Helper()
	for _, m := range metrics {
		if m.Name == name {
			return m.Value
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func measure(t *testing.T, models []evaluation.Model, o evaluation.Options) evaluation.Result {
	t.Helper()
	r, err := evaluation.Measure(models, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMeasure: the metrics that were asked for are those of package calibration, in the order of listings.
func TestMeasure(t *testing.T) {
	p := predictions(t, 500, 1, 4)
	r := measure(t, []evaluation.Model{{Predictions: p}}, options(evaluation.ByNLL))
	if r.N != 500 || r.Classes != 4 || r.Bins != 15 || r.Method != "" || len(r.Differences) != 0 {
		t.Errorf("measured %+v", r)
	}
	m := r.Models[0]
	if len(m.Metrics) != 3 || m.Metrics[0].Name != "accuracy" || m.Fitted != nil || len(m.Reliability) != 15 {
		t.Errorf("measured %+v", m)
	}
	for name, want := range map[string]float64{"accuracy": p.Accuracy(), "nll": p.NLL(), "ece": p.ECE(15)} {
		if got := value(t, m.Metrics, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	o := options(evaluation.ByNLL)
	o.Metrics = nil
	if all := measure(t, []evaluation.Model{{Predictions: p}}, o).Models[0].Metrics; len(all) != len(calibration.MetricNames()) {
		t.Errorf("%d metrics where none was named", len(all))
	}
}

// TestMethods: each calibration is fitted on its own examples and wins by its own criterion.
func TestMethods(t *testing.T) {
	p, other := predictions(t, 500, 1, 4), predictions(t, 2000, 2, 4)
	best := map[string]evaluation.Method{}
	least := map[string]float64{"nll": math.Inf(1), "ece": math.Inf(1)}
	for _, name := range evaluation.Methods() {
		method := evaluation.Method(name)
		r := measure(t, []evaluation.Model{{Predictions: p, Fit: other}}, options(method))
		fitted := r.Models[0].Fitted
		if r.Method != method || fitted == nil || (fitted.Temperature == 0) != (method == evaluation.Vector) || (fitted.Weights != nil) != (method == evaluation.Vector) {
			t.Fatalf("%s fitted %+v", name, fitted)
		}
		if method != evaluation.Vector && math.Abs(fitted.Temperature-2) > 0.3 {
			t.Errorf("%s: temperature %v, want about 2", name, fitted.Temperature)
		}
		if value(t, fitted.Metrics, "nll") >= value(t, r.Models[0].Metrics, "nll") {
			t.Errorf("%s does not help", name)
		}
		onItself := measure(t, []evaluation.Model{{Predictions: other, Fit: other}}, options(method)).Models[0].Fitted
		for criterion := range least {
			if v := value(t, onItself.Metrics, criterion); v < least[criterion] {
				least[criterion], best[criterion] = v, method
			}
		}
	}
	if best["nll"] != evaluation.Vector || best["ece"] != evaluation.ByECE {
		t.Errorf("where it was fitted, the least nll is that of %s, the least ece that of %s", best["nll"], best["ece"])
	}
}

func TestDifferencesAreFromTheFirst(t *testing.T) {
	models := []evaluation.Model{
		{Name: "a", Predictions: predictions(t, 300, 1, 4), Fit: predictions(t, 300, 2, 4)},
		{Name: "b", Predictions: predictions(t, 300, 1, 1), Fit: predictions(t, 300, 2, 1)},
	}
	r := measure(t, models, options(evaluation.ByNLL))
	if len(r.Differences) != 1 || r.Differences[0].Name != "b" {
		t.Fatalf("differences %+v", r.Differences)
	}
	d := r.Differences[0]
	for _, name := range []string{"accuracy", "nll", "ece"} {
		if got, want := value(t, d.Metrics, name), value(t, r.Models[1].Metrics, name)-value(t, r.Models[0].Metrics, name); got != want {
			t.Errorf("%s differs by %v, want %v", name, got, want)
		}
	}
	// The models differ by a temperature only, so nothing is left once it is scaled.
	if got := value(t, d.Fitted, "nll"); math.Abs(got) > 1e-9 {
		t.Errorf("calibrated, nll differs by %v", got)
	}
}

func TestAddLosses(t *testing.T) {
	p := predictions(t, 50, 1, 1)
	r := measure(t, []evaluation.Model{{Name: "a", Predictions: p}, {Name: "b", Predictions: p}}, options(evaluation.ByNLL))
	r.AddLosses([]string{"brier", "mmce"}, 128, [][]float64{{0.5, 1}, {0.25, math.Inf(1)}})
	if r.LossBatch != 128 || r.Models[1].Losses[0] != 0.25 || r.Differences[0].Losses[0] != -0.25 || !math.IsInf(r.Differences[0].Losses[1], 1) {
		t.Errorf("losses %+v, differences %+v", r.Models[1].Losses, r.Differences[0].Losses)
	}
}

func TestErrorsNameTheModel(t *testing.T) {
	impossible, err := calibration.FromProbabilities([]float64{1, 0}, []int{1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []evaluation.Model{{Predictions: impossible, Fit: impossible}, {Name: "b", Predictions: impossible, Fit: impossible}} {
		_, err := evaluation.Measure([]evaluation.Model{m}, options(evaluation.ByNLL))
		if err == nil || strings.HasPrefix(err.Error(), "model b: ") != (m.Name == "b") || !strings.Contains(err.Error(), "probability 0") {
			t.Errorf("error of model %q: %v", m.Name, err)
		}
	}
	if _, err := evaluation.Measure([]evaluation.Model{{Predictions: impossible, Fit: impossible}}, options("isotonic")); err == nil {
		t.Error("an unknown method was accepted")
	}
}

// TestIntervals: what was asked for has an interval, and that of a model with itself says that nothing differs.
func TestIntervals(t *testing.T) {
	p := predictions(t, 400, 1, 4)
	o := options(evaluation.ByNLL)
	o.Bootstrap = evaluation.Bootstrap{Draws: 200, Seed: 1, Level: 0.9}
	r := measure(t, []evaluation.Model{{Name: "a", Predictions: p, Fit: p}, {Name: "b", Predictions: p, Fit: p}}, o)
	for _, m := range append(r.Models[0].Metrics, r.Models[0].Fitted.Metrics...) {
		if m.Interval == nil || !(m.Interval.Lower <= m.Interval.Upper) {
			t.Fatalf("%s has the interval %v", m.Name, m.Interval)
		}
		if m.Name == "accuracy" && (m.Value <= m.Interval.Lower || m.Value >= m.Interval.Upper) {
			t.Errorf("accuracy %v is not within %v", m.Value, m.Interval)
		}
	}
	for _, m := range append(r.Differences[0].Metrics, r.Differences[0].Fitted...) {
		if m.Value != 0 || m.Interval == nil || m.Interval.Lower > 0 || m.Interval.Upper < 0 {
			t.Errorf("%s differs from itself by %v, within %v", m.Name, m.Value, m.Interval)
		}
	}
}

// TestImpossibleBootstrapIsRefusedFirst: what cannot be drawn is said before anything is fitted.
func TestImpossibleBootstrapIsRefusedFirst(t *testing.T) {
	p := predictions(t, 50, 1, 4)
	o := options("no such method")
	o.Bootstrap = evaluation.Bootstrap{Draws: calibration.FewestDraws - 1, Seed: 1, Level: 0.95}
	_, err := evaluation.Measure([]evaluation.Model{{Predictions: p, Fit: p}}, o)
	if err == nil || err.Error() != "making intervals: 99 draws: a level of 0.95 needs at least 100" {
		t.Errorf("the error is %v", err)
	}
}
