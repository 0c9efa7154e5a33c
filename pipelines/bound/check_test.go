package bound

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

// TestCheckNoticesWhatDoesNotHold takes values that hold and makes one of them wrong.
func TestCheckNoticesWhatDoesNotHold(t *testing.T) {
	z := []float64{0, 0.5, 2, -1}
	p, q := Softmax(z), Softmax(scaled(z, 2))
	for name, c := range map[string]struct {
		gamma float64
		spoil func(*Values)
		want  string
	}{
		"nothing":                     {2, func(*Values) {}, ""},
		"the bound fails":             {2, func(v *Values) { v.BoundSlack.Least = -1e-9 }, "the least slack of the bound CE - γ·H[q] over p is -1e-09"},
		"a slack of another loss":     {2, func(v *Values) { v.Focal += 1e-9 }, "the slack of the bound is"},
		"the sharper bound fails":     {0.5, func(v *Values) { v.SharperSlack.Least = -1e-9 }, "the least slack of the sharper bound"},
		"the sharper is less sharp":   {2, func(v *Values) { v.Sharper, v.SharperSlack.Value = v.Bound-1, v.BoundSlack.Value+1 }, "the slack of the bound less that of the sharper one is -1"},
		"Bernoulli fails above 1":     {2, func(v *Values) { v.BernoulliSlack.Value = -1e-9 }, "the slack of Bernoulli's step is -1e-09"},
		"Bernoulli holds below 1":     {0.5, func(v *Values) { v.BernoulliSlack.Value = 1e-9 }, "what Bernoulli's step is short of at γ below 1"},
		"smoothing is something else": {2, func(v *Values) { v.LabelSmoothing += 1e-9 }, "label smoothing is"},
		"KL is something else":        {2, func(v *Values) { v.Divergence += 1e-9 }, "KL(p‖q) is"},
		"not a number":                {2, func(v *Values) { v.BoundSlack.Least = math.NaN() }, "is NaN"},
		"infinite":                    {2, func(v *Values) { v.SharperSlack.Least = math.Inf(1) }, "is +Inf"},
	} {
		v := Evaluate(p, q, c.gamma, 0.1)
		c.spoil(&v)
		err := v.Check(c.gamma, 0.1)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestBernoulliFailsBelowOne: by how much it fails does not go away as γ goes to 0, in units of γ.
func TestBernoulliFailsBelowOne(t *testing.T) {
	q := Softmax([]float64{0, 2})
	for _, gamma := range []float64{1e-6, 0.01, 0.5, 0.9} {
		v := Evaluate(q, q, gamma, 0)
		if !(v.BernoulliSlack.Value < 0 && v.BernoulliSlack.Least < v.BernoulliSlack.Value && v.SharperSlack.Least > 0) {
			t.Errorf("γ=%v: %+v", gamma, v)
		}
	}
	v := Evaluate(q, q, 1e-6, 0)
	if perGamma := v.BernoulliSlack.Value / 1e-6; perGamma > -0.1 {
		t.Errorf("the slack of Bernoulli's step is %v per γ as γ goes to 0", perGamma)
	}
}

func TestTheLeastSlackIsTheLeastOverEveryP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := rapid.IntRange(2, 20).Draw(t, "classes")
		logits := rapid.SliceOfN(rapid.Float64Range(-30, 30), classes, classes)
		gamma := rapid.Float64Range(0, 20).Draw(t, "γ")
		p, q := Softmax(logits.Draw(t, "p")), Softmax(logits.Draw(t, "q"))
		v := Evaluate(p, q, gamma, 0)
		for _, s := range []Slack{v.BoundSlack, v.SharperSlack, v.BernoulliSlack} {
			if s.Value < s.Least-tolerance*(1+math.Abs(s.Least)) {
				t.Fatalf("the slack %v lies below the least one, %v", s.Value, s.Least)
			}
		}
	})
}

// configuration returns a run's configuration.
func configuration(t *testing.T, classes, seed int64, p, q, gamma, epsilon float64) run.Config {
	t.Helper()
	config, err := run.NewConfig([]run.Field{
		{Path: "pipeline", Value: "bound"}, {Path: "seed", Value: seed}, {Path: "data.classes", Value: classes},
		{Path: "data.sharpness", Value: p}, {Path: "model.sharpness", Value: q}, {Path: "loss.gamma", Value: gamma}, {Path: "loss.epsilon", Value: epsilon},
	})
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// TestNothingOverflows: probabilities that are 0 in double precision make no 0·∞.
func TestNothingOverflows(t *testing.T) {
	for _, logits := range [][]float64{{0, 1600}, {8000, -8000, 0}} {
		q := Softmax(logits)
		for _, gamma := range []float64{0, 1e-300, 0.01, 0.5, 0.9, 1, 1.5, 50, 1e6} {
			v := Evaluate(Softmax(reversed(logits)), q, gamma, 0.1)
			if err := v.Check(gamma, 0.1); err != nil {
				t.Errorf("γ=%v: %v", gamma, err)
			}
			if !(v.BernoulliSlack.Least <= 0) && gamma < 1 || v.BoundSlack.Least < 0 || v.SharperSlack.Least < 0 {
				t.Errorf("γ=%v: %+v", gamma, v)
			}
		}
	}
}

// TestRunHoldsAtTheEndsOfEveryRange runs the corners of the ranges of the catalogue.
func TestRunHoldsAtTheEndsOfEveryRange(t *testing.T) {
	for _, classes := range []int64{2, 3, 100_000} {
		for _, p := range []float64{0, 1, 1000} {
			for _, q := range []float64{0, 1, 1000} {
				for _, gamma := range []float64{0, 1e-300, 0.5, 1e6} {
					for _, epsilon := range []float64{0, 1} {
						result, err := Run(configuration(t, classes, 7, p, q, gamma, epsilon))
						if err != nil {
							t.Errorf("K=%d t=%v s=%v γ=%v ε=%v: %v", classes, p, q, gamma, epsilon, err)
						}
						for _, m := range result.Metrics {
							if math.IsNaN(float64(m.Value)) || math.IsInf(float64(m.Value), 0) {
								t.Errorf("K=%d t=%v s=%v γ=%v ε=%v: %s is %v", classes, p, q, gamma, epsilon, m.Name, m.Value)
							}
						}
					}
				}
			}
		}
	}
}

func TestRunKnowsTheLimits(t *testing.T) {
	value := func(config run.Config, name string) float64 {
		result, err := Run(config)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := result.Value(run.Test, run.Uncalibrated, name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		return v
	}
	equal := func(what string, a, b float64) {
		t.Helper()
		if math.Abs(a-b) > 1e-14 {
			t.Errorf("%s: %v and %v", what, a, b)
		}
	}
	uniform := configuration(t, 8, 0, 1, 0, 2, 0.1)
	for _, name := range []string{"cross_entropy_true", "cross_entropy_uniform", "mean_entropy", "label_smoothing"} {
		equal(name+" of a uniform q", value(uniform, name), math.Log(8))
	}
	equal("focal loss of a uniform q", value(uniform, "focal"), math.Pow(7./8, 2)*math.Log(8))
	equal("CE - γ·H of a uniform q", value(uniform, "entropy_regularised"), -math.Log(8))
	calibrated := configuration(t, 8, 0, 1, 1, 0, 0)
	equal("KL where q = p", value(calibrated, "kl_divergence"), 0)
	equal("CE where q = p", value(calibrated, "cross_entropy_true"), value(calibrated, "entropy_true"))
	equal("focal loss at γ = 0", value(calibrated, "focal"), value(calibrated, "cross_entropy_true"))
	equal("label smoothing at ε = 0", value(calibrated, "label_smoothing"), value(calibrated, "cross_entropy_true"))
	wide, narrow := configuration(t, 8, 1, 1, 0, 0, 1), configuration(t, 8, 0, 1, 0, 0, 1)
	if value(wide, "entropy_true") == value(narrow, "entropy_true") {
		t.Error("two seeds have one p")
	}
}
