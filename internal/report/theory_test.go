package report

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"experiment/internal/run"
)

// theoryRecord makes up a finished run of the theory that is of the kind of the real ones: two probabilities that
// matter, and of the slacks that Bernoulli's is negative for γ between 0 and 1.
func theoryRecord(t fataler, classes int64, gamma, epsilon, sharpness float64, seed int64) run.Record {
	t.Helper()
	config, err := run.NewConfig([]run.Field{
		{Path: "pipeline", Value: "bound"}, {Path: "seed", Value: seed}, {Path: "data.classes", Value: classes}, {Path: "data.sharpness", Value: 1.0},
		{Path: "model.sharpness", Value: sharpness}, {Path: "loss.gamma", Value: gamma}, {Path: "loss.epsilon", Value: epsilon},
	})
	if err != nil {
		t.Fatal(err)
	}
	entropy := math.Log(float64(classes)) / (1 + sharpness/4)
	divergence := (sharpness - 1) * (sharpness - 1) * (1 + float64(seed)/8) / 16
	truth := 0.75 * math.Log(float64(classes))
	ce := truth + divergence
	uniform := math.Log(float64(classes)) * (1 + sharpness/2)
	slack := gamma * entropy / 2
	values := map[string]float64{
		"mean_entropy": entropy, "kl_divergence": divergence, "cross_entropy_true": ce, "entropy_true": truth, "cross_entropy_uniform": uniform,
		"label_smoothing": epsilon*uniform + (1-epsilon)*ce, "focal": ce - slack, "entropy_regularised": ce - gamma*entropy, "sharper_bound": ce - 1.5*slack,
		"bound_slack": slack, "sharper_slack": slack / 2, "bernoulli_slack": slack * (gamma - 1) / 8,
		"bound_slack_least": slack / 4, "sharper_slack_least": slack / 1024, "bernoulli_slack_least": slack * (gamma - 1) / 4,
	}
	record := run.Record{
		Run:    run.Run{Key: config.Key(), Label: fmt.Sprintf("K=%d t=1 s=%v γ=%v ε=%v", classes, sharpness, gamma, epsilon), Config: config},
		Status: run.Finished,
		Attempt: run.Attempt{
			Run: config.Key(), Number: 1, Status: run.Finished,
			Provenance: run.Provenance{Commit: "0123abc", Go: "go1.24.0", OS: "linux/amd64", CPU: "AMD EPYC", Device: "cpu"},
			Result:     run.Result{Seconds: 0.001},
		},
	}
	for _, name := range run.MetricNames {
		if v, ok := values[name]; ok {
			record.Attempt.Result.Metrics = append(record.Attempt.Result.Metrics, run.Metric{Split: run.Test, Calibration: run.Uncalibrated, Name: name, Value: run.Number(v)})
		}
	}
	return record
}

func theoryStudy(t fataler) Study {
	study := Study{Name: "theory", Description: "Does the bound hold?", Source: "sweeps/theory.yaml", Commit: "0123abc", Commands: []string{"experiment run sweeps/theory.yaml"}}
	for _, classes := range []int64{2, 10} {
		for _, c := range [][2]float64{{0.25, 0.1}, {0.5, 0.1}, {1, 0.1}, {2, 0.1}, {5, 0.1}, {2, 0.2}} {
			for _, sharpness := range []float64{0.25, 1, 4} {
				for seed := range int64(2) {
					study.Records = append(study.Records, theoryRecord(t, classes, c[0], c[1], sharpness, seed))
				}
			}
		}
	}
	return study
}

func TestTheoryReport(t *testing.T) {
	document, err := Build(theoryStudy(t))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "theory.md", document.Markdown)
	if len(document.Files) != 2 {
		t.Errorf("%d figures", len(document.Files))
	}
	for _, f := range document.Files {
		golden(t, f.Name, f.Bytes)
		checkFigure(t, f)
		if count := strings.Count(string(document.Markdown), "]("+f.Name+")"); count != 1 {
			t.Errorf("%s is shown %d times", f.Name, count)
		}
	}
	again, err := Build(theoryStudy(t))
	if err != nil || !bytes.Equal(again.Markdown, document.Markdown) {
		t.Errorf("the same records give another report, %v", err)
	}
}

// TestTheoryReportSaysWhatFails: an inequality that does not hold is never told as one that does.
func TestTheoryReportSaysWhatFails(t *testing.T) {
	spoil := func(name string, value float64, indices ...int) string {
		study := theoryStudy(t)
		for _, i := range indices {
			for k := range study.Records[i].Attempt.Result.Metrics {
				if m := &study.Records[i].Attempt.Result.Metrics[k]; m.Name == name {
					m.Value = run.Number(value)
				}
			}
		}
		document, err := Build(study)
		if err != nil {
			t.Fatal(err)
		}
		return string(document.Markdown)
	}
	for _, c := range []struct{ text, want string }{
		{spoil("bound_slack_least", -0.5, 7), `The bound, focal loss ≥ CE - γ·H[q], fails in 1 of 72 runs, by up to 0.5 (K=2 t=1 s=0.25 γ=0.5 ε=0.1, seed 1).`},
		{spoil("bound_slack_least", -0.5, 7), "| 2 | 0.5 | 6 | -0.5 |"},
		{spoil("sharper_slack_least", -0.25, 7, 9), "ln(1-q), fails in 2 of 72 runs, by up to 0.25"},
		{spoil("bernoulli_slack_least", 0.5, 7), "it fails in 23 of 24 runs, by up to"},
		{spoil("bernoulli_slack_least", -0.125, 20), "Bernoulli's step alone, (1-q)^γ ≥ 1 - γ·q, fails in 1 of 48 runs, by up to 0.125"},
		{spoil("label_smoothing", 9, 7), "to within 8."},
		{spoil("bound_slack_least", math.NaN(), 7), "fails in 1 of 72 runs, by up to undefined"},
	} {
		if !strings.Contains(c.text, c.want) {
			t.Errorf("the report lacks %q:\n%s", c.want, c.text[:2000])
		}
	}
}

func TestTheoryReportOfLittle(t *testing.T) {
	study := theoryStudy(t)
	one := study
	one.Records = study.Records[:1]
	none := study
	none.Records = []run.Record{{Run: study.Records[0].Run, Status: run.New}}
	part := study
	part.Records = append([]run.Record{{Run: study.Records[1].Run, Status: run.Failed, Attempt: run.Attempt{Reason: "checking the theory: a slack is -1"}}}, study.Records[2:]...)
	for _, c := range []struct {
		study   Study
		figures int
		want    string
	}{
		{one, 0, "The one run finished."},
		{none, 0, "0 of 1 runs finished"},
		{part, 2, "| K=2 t=1 s=0.25 γ=0.25 ε=0.1 | 1 | failed | checking the theory: a slack is -1 |"},
	} {
		document, err := Build(c.study)
		if err != nil {
			t.Fatal(err)
		}
		if len(document.Files) != c.figures || !strings.Contains(string(document.Markdown), c.want) {
			t.Errorf("%d figures, want %d and %q in\n%s", len(document.Files), c.figures, c.want, document.Markdown)
		}
	}
}

func TestTheoryComparisonFormats(t *testing.T) {
	records := append(theoryStudy(t).Records, fakeStudy(t, fourLosses()[:2], 2).Records...)
	for name, c := range map[string]Comparison{"theory": Compare(theoryStudy(t).Records), "both": Compare(records)} {
		if c.Empty() {
			t.Errorf("%s is empty", name)
		}
		golden(t, "tables/"+name+".md", []byte(c.Markdown()))
		for suffix, render := range map[string]func() ([]byte, error){
			"wide.txt":   func() ([]byte, error) { s, err := c.Text(0, false); return []byte(s), err },
			"narrow.txt": func() ([]byte, error) { s, err := c.Text(50, false); return []byte(s), err },
			"csv":        c.CSV,
			"jsonl":      c.JSONLines,
		} {
			got, err := render()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "tables/"+name+"."+suffix, got)
		}
	}
}
