package difference_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"experiment/internal/difference"
	"experiment/internal/reproduction"
	"experiment/internal/run"
)

func record(t testing.TB, provenance run.Provenance, metrics []run.Metric, fields ...run.Field) run.Record {
	t.Helper()
	config, err := run.NewConfig(fields)
	if err != nil {
		t.Fatal(err)
	}
	return run.Record{
		Run:     run.Run{Key: config.Key(), Config: config},
		Status:  run.Finished,
		Attempt: run.Attempt{Provenance: provenance, Result: run.Result{Metrics: metrics}},
	}
}

func metric(split run.Split, name string, value float64) run.Metric {
	return run.Metric{Split: split, Calibration: run.Uncalibrated, Name: name, Value: run.Number(value)}
}

func TestBetween(t *testing.T) {
	a := record(t, run.Provenance{Libtorch: "2.6.0", Threads: 1, CPU: "old", Host: "here"},
		[]run.Metric{metric(run.Validation, "ece", 0.5), metric(run.Test, "nll", 1.5), metric(run.Test, "ece", 0.25), metric(run.Test, "mce", math.NaN()), metric(run.Test, "aurc", 1)},
		run.Field{Path: "loss.name", Value: "focal"}, run.Field{Path: "loss.gamma", Value: 2.0}, run.Field{Path: "seed", Value: int64(1)}, run.Field{Path: "train.epochs", Value: int64(3)})
	b := record(t, run.Provenance{Libtorch: "1.13.1", Threads: 1, Host: "there"},
		[]run.Metric{metric(run.Validation, "ece", 0.5), metric(run.Test, "nll", math.Inf(1)), metric(run.Test, "ece", 0.125), metric(run.Test, "mce", math.NaN()), metric(run.Test, "temperature", 2)},
		run.Field{Path: "loss.name", Value: "cross_entropy"}, run.Field{Path: "data.train", Value: int64(9)}, run.Field{Path: "seed", Value: int64(1)}, run.Field{Path: "train.epochs", Value: int64(3)})
	want := difference.Difference{
		Settings: []difference.Setting{{"data.train", nil, int64(9)}, {"loss.gamma", 2.0, nil}, {"loss.name", "focal", "cross_entropy"}},
		Metrics: []difference.Metric{
			{run.Test, run.Uncalibrated, "nll", run.Number(1.5), run.Number(math.Inf(1))},
			{run.Test, run.Uncalibrated, "ece", run.Number(0.25), run.Number(0.125)},
			{run.Test, run.Uncalibrated, "aurc", run.Number(1), nil},
			{run.Test, run.Uncalibrated, "temperature", nil, run.Number(2)},
		},
		Provenance:   []reproduction.Fact{{Name: "libtorch", Recorded: "2.6.0", Again: "1.13.1"}},
		SameSettings: 2,
		SameMetrics:  2,
	}
	got := difference.Between(a, b)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	var by []float64
	for _, m := range got.Metrics {
		by = append(by, m.By())
	}
	if want := []float64{math.Inf(1), -0.125, math.NaN(), math.NaN()}; !cmp.Equal(by, want, cmpopts.EquateNaNs()) {
		t.Errorf("the metrics differ by %v, want %v", by, want)
	}
}

// sameNumbers takes what is undefined for equal.
var sameNumbers = cmp.Comparer(func(a, b run.Number) bool { return a == b || math.IsNaN(float64(a)) && math.IsNaN(float64(b)) })

// A run does not differ from itself, and what differs does so from both sides.
func TestBetweenMirrors(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(label string) run.Record {
			var fields []run.Field
			for _, path := range []string{"a", "b.c", "b.d"} {
				if value := rapid.Int64Range(0, 2).Draw(rt, label+path); value > 0 {
					fields = append(fields, run.Field{Path: path, Value: value})
				}
			}
			var metrics []run.Metric
			for _, name := range run.MetricNames[:4] {
				if value := rapid.SampledFrom([]float64{-1, 0.5, 1, math.Inf(1), math.NaN()}).Draw(rt, label+name); value != -1 {
					metrics = append(metrics, metric(run.Test, name, value))
				}
			}
			return record(t, run.Provenance{CPU: rapid.SampledFrom([]string{"", "x", "y"}).Draw(rt, label+"cpu")}, metrics, fields...)
		}
		a, b := draw("a "), draw("b ")
		if d := difference.Between(a, a); len(d.Settings)+len(d.Metrics)+len(d.Provenance) > 0 || d.SameSettings != len(a.Config.Fields()) || d.SameMetrics != len(a.Attempt.Result.Metrics) {
			rt.Fatalf("a run differs from itself: %v", d)
		}
		there, back := difference.Between(a, b), difference.Between(b, a)
		for i, s := range there.Settings {
			there.Settings[i].A, there.Settings[i].B = s.B, s.A
		}
		for i, m := range there.Metrics {
			there.Metrics[i].A, there.Metrics[i].B = m.B, m.A
		}
		for i, f := range there.Provenance {
			there.Provenance[i].Recorded, there.Provenance[i].Again = f.Again, f.Recorded
		}
		if !cmp.Equal(there, back, sameNumbers) {
			rt.Fatalf("%v there is %v back", there, back)
		}
		if !slices.IsSortedFunc(there.Settings, func(x, y difference.Setting) int { return strings.Compare(x.Path, y.Path) }) {
			rt.Fatalf("%v is not sorted", there.Settings)
		}
	})
}
