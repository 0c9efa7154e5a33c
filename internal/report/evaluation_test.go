package report

import (
	"math"
	"strings"
	"testing"

	"experiment/internal/evaluation"
	"experiment/pipelines/calibration"
)

// fakeView has made-up metrics and a diagram that is off by a gap.
func fakeView(gap float64, intervals bool) evaluation.View {
	var v evaluation.View
	for i, name := range append(calibration.MetricNames(), calibration.TruthNames()...) {
		m := evaluation.Metric{Metric: calibration.Metric{Name: name, Value: 0.05*float64(i) + gap}}
		if intervals {
			m.Interval = &evaluation.Interval{Lower: m.Value - 0.01234, Upper: m.Value + 0.02}
		}
		v.Metrics = append(v.Metrics, m)
	}
	for b := range 5 {
		middle := (float64(b) + 0.5) / 5
		v.Reliability = append(v.Reliability, calibration.Bin{
			Lower: float64(b) / 5, Upper: float64(b+1) / 5, Count: 20 * b * b, Confidence: middle, Accuracy: max(0, middle-gap),
		})
	}
	return v
}

// plainEvaluation has one model without a name, and what numbers may be but finite.
func plainEvaluation() Evaluation {
	v := fakeView(0.1, false)
	v.Metrics = v.Metrics[:16]
	v.Metrics[2].Value, v.Metrics[14].Value = math.Inf(1), math.NaN()
	return Evaluation{
		Result: evaluation.Result{N: 600, Classes: 3, Bins: 5, Models: []evaluation.Measured{{View: v}}},
		Files:  []ReadFile{{"logits", "test `odd` | name.npy", ""}, {"labels", "y.csv", "5891b5b522d5df08"}},
		Commit: "0123abc", Command: "experiment evaluate --logits 'test `odd` | name.npy' --labels y.csv --bins 5 --output .",
	}
}

// fittedEvaluation has everything that one model can have.
func fittedEvaluation() Evaluation {
	return Evaluation{Result: evaluation.Result{
		N: 12000, Classes: 10, Bins: 5, SoftLabels: true, Method: evaluation.ByNLL, Bootstrap: evaluation.Bootstrap{Draws: 2000, Seed: 1, Level: 0.95},
		Losses: []string{"focal,gamma=3", "mmce"}, LossBatch: 128,
		Models: []evaluation.Measured{{
			View: fakeView(0.1, true), Losses: []float64{0.25, math.Inf(1)},
			Fitted: &evaluation.Fitted{Temperature: math.Exp(5), AtBound: true, View: fakeView(0.02, true)},
		}},
	}}
}

// comparedEvaluation has several models, calibrated by a method.
func comparedEvaluation(method evaluation.Method) Evaluation {
	result := evaluation.Result{N: 12000, Classes: 2, Bins: 5, Method: method, Bootstrap: evaluation.Bootstrap{Draws: 1, Seed: 1, Level: 0.9}, Losses: []string{"brier"}}
	for i, name := range []string{"cross_entropy", "focal", "a-model.with_a_long_name"} {
		m := evaluation.Measured{Name: name, View: fakeView(0.1/float64(i+1), true), Losses: []float64{0.5 / float64(i+1)}}
		d := evaluation.Difference{Name: name, Metrics: fakeView(-0.1*float64(i), true).Metrics}
		if method != "" {
			m.Fitted = &evaluation.Fitted{Temperature: 1 + float64(i), View: fakeView(0.02, true)}
			d.Fitted = fakeView(0.001, true).Metrics
		}
		if method == evaluation.Vector {
			m.Fitted.Temperature, m.Fitted.Weights, m.Fitted.Biases = 0, []float64{1, 1.25}, []float64{-0.00001, 0.5}
		}
		result.Models = append(result.Models, m)
		if i > 0 {
			result.Differences = append(result.Differences, d)
		}
	}
	return Evaluation{Result: result}
}

func TestEvaluationReports(t *testing.T) {
	for name, e := range map[string]Evaluation{
		"plain": plainEvaluation(), "fitted": fittedEvaluation(), "compared": comparedEvaluation(""),
		"compared-ece": comparedEvaluation(evaluation.ByECE), "compared-vector": comparedEvaluation(evaluation.Vector),
	} {
		t.Run(name, func(t *testing.T) {
			document, err := BuildEvaluation(e)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "evaluation/"+name+".md", document.Markdown)
			for _, f := range document.Files {
				if !strings.Contains(string(document.Markdown), "]("+f.Name+")") {
					t.Errorf("%s is not shown", f.Name)
				}
				checkFigure(t, f)
				if name == "fitted" || name == "compared-vector" {
					golden(t, "evaluation/"+name+"/"+f.Name, f.Bytes)
				}
			}
		})
	}
}

// A calibration of the measured examples is said to be one, of which models too.
func TestEvaluationsSayWhatWasFittedOnWhat(t *testing.T) {
	for want, own := range map[string][]int{
		" was fitted on other examples, at their least ECE.\n":                                                             nil,
		" was fitted on other examples (for focal on the examples that are measured), at their least ECE. **A calibration": {1},
		" was fitted on the examples that are measured, at their least ECE. **A calibration":                               {0, 1, 2},
	} {
		e := comparedEvaluation(evaluation.ByECE)
		for _, i := range own {
			e.Result.Models[i].Fitted.OnMeasured = true
		}
		document, err := BuildEvaluation(e)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(document.Markdown), want) {
			t.Errorf("models %v: the report does not say %q", own, want)
		}
	}
}

// TestEvaluationOfMoreModelsThanAFigureHolds: every model has its diagram.
func TestEvaluationOfMoreModelsThanAFigureHolds(t *testing.T) {
	e := comparedEvaluation("")
	for len(e.Result.Models) < 20 {
		e.Result.Models = append(e.Result.Models, e.Result.Models[1])
	}
	document, err := BuildEvaluation(e)
	if err != nil {
		t.Fatal(err)
	}
	if len(document.Files) != 2 || document.Files[1].Name != "reliability-2.svg" {
		t.Errorf("%d figures of 20 models", len(document.Files))
	}
	diagrams := 0
	for _, f := range document.Files {
		diagrams += strings.Count(string(f.Bytes), ">n = 12,000<")
	}
	if diagrams != 20 {
		t.Errorf("%d diagrams of 20 models", diagrams)
	}
}

func TestEvaluationOfNoModels(t *testing.T) {
	if _, err := BuildEvaluation(Evaluation{}); err == nil {
		t.Error("an evaluation of no models was accepted")
	}
}

// TestEveryMetricIsExplained: a metric without a definition would be shown by its bare name.
func TestEveryMetricIsExplained(t *testing.T) {
	for _, name := range append(calibration.MetricNames(), calibration.TruthNames()...) {
		if m := measureNamed(name); m.doc == "" || m.Header == name {
			t.Errorf("%s has no definition", name)
		}
	}
	if m := measureNamed("new"); m.Header != "new" || m.Format(0.5, m.Digits) != "0.5000" {
		t.Errorf("an unknown metric is shown as %q", m.Header)
	}
}
