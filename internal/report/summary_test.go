package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// setMetric changes a metric of a run on the test split.
func setMetric(r *run.Record, calibration run.Calibration, name string, value float64) {
	for i := range r.Attempt.Result.Metrics {
		m := &r.Attempt.Result.Metrics[i]
		if m.Split == run.Test && m.Calibration == calibration && m.Name == name {
			m.Value = run.Number(value)
		}
	}
}

// doctored is a study of cross_entropy, label_smoothing and focal loss over five seeds, with other numbers.
func doctored(t *testing.T, change func(r *run.Record, loss, seed int)) Study {
	const seeds = 5
	study := fakeStudy(t, sixLosses()[:3], seeds)
	for i := range study.Records {
		change(&study.Records[i], i/seeds, i%seeds)
	}
	return study
}

// summaryOfReport returns the paragraphs below the heading Summary; empty where there is no such heading.
func summaryOfReport(t *testing.T, study Study) string {
	t.Helper()
	document, err := Build(study)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(document.Markdown), "\n## Summary\n")
	text, _, _ := strings.Cut(after, "\n## ")
	return strings.TrimSpace(text)
}

// TestSummaryIsTrue holds what the summary says where numbers are equal, do not vary, are infinite, or are missing.
func TestSummaryIsTrue(t *testing.T) {
	onData := func(name string) []run.Field { return []run.Field{{Path: "data.name", Value: name}} }
	for _, c := range []struct {
		name           string
		study          Study
		want, unwanted []string
	}{
		{
			"equal means", doctored(t, func(r *run.Record, _, seed int) {
				for _, calibration := range []run.Calibration{plain, scaled} {
					setMetric(r, calibration, "ece", 0.03+0.001*float64(seed))
				}
			}),
			[]string{
				"cross_entropy, level with all others, has the lowest ECE before temperature scaling (3.20 ± 0.16 %); no loss differs significantly from cross_entropy.",
				"cross_entropy, level with all others, has the lowest ECE (3.20 ± 0.16 %), and label_smoothing ε=0.05 the lowest NLL",
			}, nil,
		},
		{
			"two equal means", doctored(t, func(r *run.Record, loss, seed int) {
				if loss > 0 {
					setMetric(r, plain, "ece", 0.01+0.001*float64(seed))
				}
			}),
			[]string{"label_smoothing ε=0.05, level with focal γ=1, has the lowest ECE before temperature scaling (1.20 ± 0.16 %), against"}, nil,
		},
		{
			"ECE after T without spread", doctored(t, func(r *run.Record, loss, _ int) { setMetric(r, scaled, "ece", 0.03+0.01*float64(loss)) }),
			[]string{"After it, no loss differs significantly from cross_entropy in NLL; cross_entropy has the lowest ECE (3.00 ± 0.00 %), and"},
			[]string{"nothing was tested"},
		},
		{
			"infinite NLL", doctored(t, func(r *run.Record, _, _ int) { setMetric(r, scaled, "nll", math.Inf(1)) }),
			[]string{"After it, no loss differs significantly from cross_entropy in ECE; label_smoothing ε=0.05 has the lowest ECE ("},
			[]string{"NLL"},
		},
		{
			"some infinite NLL", doctored(t, func(r *run.Record, loss, _ int) {
				if loss == 1 {
					setMetric(r, scaled, "nll", math.Inf(1))
				}
			}),
			[]string{"in ECE, and no loss differs significantly from cross_entropy in NLL"}, nil,
		},
		{
			"no ECE of the baseline", doctored(t, func(r *run.Record, loss, _ int) {
				if loss != 1 {
					setMetric(r, plain, "ece", math.NaN())
				}
			}),
			[]string{"After temperature scaling, no loss differs"}, []string{"After it"},
		},
		{
			"nothing but temperatures", doctored(t, func(r *run.Record, _, _ int) {
				for _, name := range []string{"accuracy", "error", "nll", "brier", "ece", "aurc"} {
					setMetric(r, plain, name, math.NaN())
					setMetric(r, scaled, name, math.NaN())
				}
			}),
			[]string{"Nothing was tested."}, []string{"since", "lowest"},
		},
		{
			"one loss on two data sets", fakeStudy(t, sixLosses()[:1], 5, onData("mnist"), onData("fashion-mnist")),
			[]string{"Nothing was tested, since the rows are of different data sets."}, []string{"no two seeds are shared"},
		},
		{
			"one seed", fakeStudy(t, sixLosses()[:2], 1),
			[]string{"Nothing was tested, since no two seeds are shared."}, []string{"significant"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := summaryOfReport(t, c.study)
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("it does not say %q:\n%s", want, text)
				}
			}
			for _, unwanted := range c.unwanted {
				if strings.Contains(text, unwanted) {
					t.Errorf("it says %q:\n%s", unwanted, text)
				}
			}
		})
	}
}

// TestRankedRows holds that a row has its rank even where it has none in the first metric.
func TestRankedRows(t *testing.T) {
	rankings := []comparison.Ranking{{Rows: []string{"a", "b"}}, {Rows: []string{"b", "c"}}}
	if got := rankedRows(rankings); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("ranked are %q", got)
	}
}

// TestNoSummaryOfNothing holds that there is no heading above nothing: of one row there is only the temperature to speak of,
// and that lies on both sides of 1.
func TestNoSummaryOfNothing(t *testing.T) {
	study := fakeStudy(t, sixLosses()[:1], 3)
	for i := range study.Records {
		setMetric(&study.Records[i], scaled, "temperature", 0.9+0.1*float64(i))
	}
	document, err := Build(study)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(document.Markdown), "## Summary") {
		t.Errorf("a report has a summary: %q", summaryOfReport(t, study))
	}
}

// TestNothingShownOfHiddenTests holds that there are no tables of differences where only columns that these do not show were
// tested.
func TestNothingShownOfHiddenTests(t *testing.T) {
	study := doctored(t, func(r *run.Record, _, _ int) {
		for _, name := range []string{"accuracy", "nll", "ece"} {
			setMetric(r, plain, name, math.NaN())
			setMetric(r, scaled, name, math.NaN())
		}
	})
	document, err := Build(study)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(document.Markdown), "## Against cross_entropy") {
		t.Error("the report has tables of differences without a test")
	}
}
