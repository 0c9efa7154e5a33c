package main

import (
	"slices"
	"testing"

	"experiment/internal/run"
)

// TestMetricsShowEverySplitAndCalibration holds that no two columns of show read the same, and that those of the test
// split come first and stay on a narrow terminal.
func TestMetricsShowEverySplitAndCalibration(t *testing.T) {
	var metrics []run.Metric
	for _, split := range []run.Split{run.Train, run.Validation, run.Test} {
		for _, calibration := range run.Calibrations {
			metrics = append(metrics, run.Metric{Split: split, Calibration: calibration, Name: "ece", Value: 0.5})
		}
	}
	var all, kept []string
	for _, c := range metricGrid(metrics).columns {
		all = append(all, c.name)
		if !c.spare {
			kept = append(kept, c.name)
		}
	}
	test := []string{"metric", "test", "test, scaled", "test, T by ECE", "test, vector"}
	rest := []string{"val.", "val., scaled", "val., T by ECE", "val., vector", "train", "train, scaled", "train, T by ECE", "train, vector"}
	if want := append(slices.Clone(test), rest...); !slices.Equal(all, want) || !slices.Equal(kept, test) {
		t.Errorf("the columns are %q, of which %q are kept", all, kept)
	}
}
