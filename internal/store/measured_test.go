package store

import (
	"math"
	"slices"
	"testing"

	"experiment/internal/run"
)

// TestMeasured holds that runs have the wanted metrics of one split and calibration, in the wanted order and undefined ones
// included, and nothing else of their attempts; and that conditions speak of the split and calibration of the filter.
func TestMeasured(t *testing.T) {
	s, _ := openTemporary(t)
	all := []run.Run{newRun(t, "cross_entropy", 0), newRun(t, "cross_entropy", 1), newRun(t, "focal gamma=2", 0), newRun(t, "focal gamma=2", 1)}
	putSweepOf(t, s, "x", Replace, all...)
	metric := func(split run.Split, calibration run.Calibration, name string, value float64) run.Metric {
		return run.Metric{Split: split, Calibration: calibration, Name: name, Value: run.Number(value)}
	}
	finish(t, s, all[0], 1, measured("accuracy", 0.9), metric(run.Validation, run.TemperatureScale, "ece", math.Inf(1)),
		metric(run.Validation, run.TemperatureScale, "aurc", math.NaN()), metric(run.Validation, run.TemperatureScale, "nll", 0.25))
	finish(t, s, all[1], 1, measured("accuracy", 0.5), metric(run.Validation, run.Uncalibrated, "nll", 0.75))
	fail(t, s, all[2], run.Failed, "no memory")

	wanted := Measures{Split: run.Validation, Calibration: run.TemperatureScale, Names: []string{"nll", "aurc", "brier", "ece"}}
	records, err := s.Measured(t.Context(), Filter{Sweep: "x"}, wanted)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]run.Record, len(all))
	for i, status := range []run.Status{run.Finished, run.Finished, run.Failed, run.New} {
		want[i] = run.Record{Run: all[i], Status: status}
		want[i].Attempt.Result.Metrics = []run.Metric{}
	}
	want[0].Attempt.Result.Metrics = []run.Metric{
		metric(run.Validation, run.TemperatureScale, "nll", 0.25), metric(run.Validation, run.TemperatureScale, "aurc", math.NaN()),
		metric(run.Validation, run.TemperatureScale, "ece", math.Inf(1)),
	}
	if !slices.EqualFunc(records, want, func(a, b run.Record) bool { return bits(t, a) == bits(t, b) }) {
		t.Errorf("got\n%v, want\n%v", records, want)
	}

	records, err = s.Measured(t.Context(), Filter{Where: []Condition{{Field: "accuracy", Op: Greater, Value: "0.7"}}}, wanted)
	if err != nil || len(records) != 1 || records[0].Key != all[0].Key {
		t.Errorf("the runs of a test accuracy above 0.7 are %v: %v", records, err)
	}
	records, err = s.Measured(t.Context(), Filter{Limit: 1}, wanted)
	if err != nil || len(records) != 1 {
		t.Errorf("%d runs of a limit of 1: %v", len(records), err)
	}
	if _, err := s.Measured(t.Context(), Filter{}, Measures{run.Test, run.Uncalibrated, []string{"acuracy"}}); err == nil {
		t.Error("an unknown metric was read")
	}
}
