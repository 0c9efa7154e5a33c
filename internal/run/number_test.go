package run_test

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

func TestNumberJSON(t *testing.T) {
	for want, value := range map[string]float64{
		`null`: math.NaN(), `"inf"`: math.Inf(1), `"-inf"`: math.Inf(-1), `0.1`: 0.1, `5e-324`: 5e-324, `0`: 0,
	} {
		got, err := json.Marshal(run.Number(value))
		if err != nil || string(got) != want {
			t.Errorf("%v is written as %s, not %s, error %v", value, got, want, err)
		}
	}
	for _, text := range []string{`"nan"`, `"0.1"`, `true`, `{}`, `[1]`, `1e999`} {
		var n run.Number
		if err := json.Unmarshal([]byte(text), &n); err == nil {
			t.Errorf("%s is read as %v", text, n)
		}
	}
}

func TestNumberSurvivesJSON(t *testing.T) {
	special := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64})
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64(), special).Draw(t, "value")
		data, err := json.Marshal(run.Number(value))
		if err != nil {
			t.Fatal(err)
		}
		var read run.Number
		if err := json.Unmarshal(data, &read); err != nil {
			t.Fatal(err)
		}
		if got := float64(read); got != value && !(math.IsNaN(got) && math.IsNaN(value)) {
			t.Fatalf("%v is read as %v", value, got)
		}
	})
}

func TestResultValue(t *testing.T) {
	result := run.Result{Metrics: []run.Metric{
		{Split: run.Test, Calibration: run.Uncalibrated, Name: "ece", Value: 0.25},
		{Split: run.Test, Calibration: run.TemperatureScale, Name: "ece", Value: 0.5},
	}}
	if v, ok := result.Value(run.Test, run.TemperatureScale, "ece"); !ok || v != 0.5 {
		t.Errorf("ece is %v, %t", v, ok)
	}
	for _, name := range []string{"nll", ""} {
		if v, ok := result.Value(run.Test, run.Uncalibrated, name); ok {
			t.Errorf("%q is %v, and was never measured", name, v)
		}
	}
	if _, ok := result.Value(run.Validation, run.Uncalibrated, "ece"); ok {
		t.Error("the metric of another split is taken")
	}
}
