package bound

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// compare holds values to the exact ones: each within 1e-12 of itself, the slacks included. The exceptions are
// the divergence and the bounds, which are differences by definition: they are held to the size of their terms.
func compare(t interface{ Errorf(string, ...any) }, pLogits, qLogits []float64, gamma, epsilon float64) {
	spread := 0.0
	for _, logits := range [][]float64{pLogits, qLogits} {
		low, high := math.Inf(1), math.Inf(-1)
		for _, z := range logits {
			low, high = min(low, z), max(high, z)
		}
		spread = max(spread, high-low)
	}
	e := exact{uint(256 + 3*spread)}
	want := e.evaluate(pLogits, qLogits, gamma, epsilon)
	got := Evaluate(Softmax(pLogits), Softmax(qLogits), gamma, epsilon)
	for _, c := range []struct {
		name            string
		got, want, size float64
	}{
		{"CE(p‖q)", got.CrossEntropy, want.CrossEntropy, 0},
		{"CE(U‖q)", got.CrossEntropyUniform, want.CrossEntropyUniform, 0},
		{"KL(p‖q)", got.Divergence, want.Divergence, want.CrossEntropy},
		{"H[p]", got.EntropyTrue, want.EntropyTrue, 0},
		{"H[q]", got.Entropy, want.Entropy, 0},
		{"label smoothing", got.LabelSmoothing, want.LabelSmoothing, 0},
		{"focal", got.Focal, want.Focal, 0},
		{"bound", got.Bound, want.Bound, want.CrossEntropy + gamma*want.Entropy},
		{"sharper", got.Sharper, want.Sharper, 2*want.CrossEntropy - want.Sharper},
		{"slack of the bound", got.BoundSlack.Value, want.BoundSlack.Value, 0},
		{"slack of the sharper", got.SharperSlack.Value, want.SharperSlack.Value, 0},
		{"slack of Bernoulli", got.BernoulliSlack.Value, want.BernoulliSlack.Value, 0},
		{"least slack of the bound", got.BoundSlack.Least, want.BoundSlack.Least, 0},
		{"least slack of the sharper", got.SharperSlack.Least, want.SharperSlack.Least, 0},
		{"least slack of Bernoulli", got.BernoulliSlack.Least, want.BernoulliSlack.Least, 0},
	} {
		const tiny = 1e-290 // what is smaller has lost digits to underflow
		if !(math.Abs(c.got-c.want) <= 1e-12*max(math.Abs(c.want), c.size)+tiny) {
			t.Errorf("K=%d γ=%v ε=%v: %s is %.17g, exactly %.17g; off by %.2g\np %v\nq %v",
				len(qLogits), gamma, epsilon, c.name, c.got, c.want, c.got-c.want, pLogits, qLogits)
		}
	}
	if err := got.Check(gamma, epsilon); err != nil {
		t.Errorf("K=%d γ=%v ε=%v: %v\np %v\nq %v", len(qLogits), gamma, epsilon, err, pLogits, qLogits)
	}
}

func TestValuesAreExact(t *testing.T) {
	for _, q := range [][]float64{
		{0, 0}, {0, 1e-9}, {0, 37}, {0, 300}, {0, -20, 20}, {5, 5, -5}, {0, 0, 0, 0, 0, 0, 0, 30}, {-100, 0, 90, 90.5},
	} {
		for _, gamma := range []float64{0, 1e-9, 0.01, 0.999, 1, 1.001, 3, 50, 1e6} {
			for _, p := range [][]float64{q, reversed(q)} {
				compare(t, p, q, gamma, 0.1)
			}
		}
	}
}

func reversed(q []float64) []float64 {
	r := make([]float64, len(q))
	for k, z := range q {
		r[len(q)-1-k] = z
	}
	return r
}

func TestValuesAreExactAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := rapid.IntRange(2, 6).Draw(t, "classes")
		logits := func(name string) []float64 {
			reach := rapid.SampledFrom([]float64{1e-6, 1, 5, 40, 100}).Draw(t, name+" reach")
			return rapid.SliceOfN(rapid.Float64Range(-reach, reach), classes, classes).Draw(t, name)
		}
		gamma := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1e-9, 1), rapid.Float64Range(0.9, 1.1), rapid.Float64Range(1, 50)).Draw(t, "γ")
		compare(t, logits("p"), logits("q"), gamma, rapid.Float64Range(0, 1).Draw(t, "ε"))
	})
}
