package calibration_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"experiment/pipelines/calibration"
)

// number is a float64 that JSON may hold as the string "inf", "-inf" or "nan".
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		text = string(b)
	}
	value, err := strconv.ParseFloat(text, 64)
	*n = number(value)
	return err
}

// reference is a case of testdata/metrics.json, which generate.py of the project's shared reference
// material computed with NumPy and SciPy, independently of this package.
type reference struct {
	Name          string
	Bins          int
	Logits        [][]float64
	Probabilities [][]float64
	Labels        []int
	Expected      map[string]number
	Temperature   *float64
	NLLAfter      float64 `json:"nll_after_temperature"`
	SmoothECE     float64 `json:"smooth_ece"`
}

func readReference(t *testing.T) []reference {
	t.Helper()
	b, err := os.ReadFile("testdata/metrics.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []reference }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) == 0 {
		t.Fatal("no reference cases")
	}
	return file.Cases
}

func (r reference) predictions(t *testing.T) *calibration.Predictions {
	t.Helper()
	rows, read := r.Logits, calibration.FromLogits[float64, int]
	if rows == nil {
		rows, read = r.Probabilities, calibration.FromProbabilities[float64, int]
	}
	var flat []float64
	for _, row := range rows {
		flat = append(flat, row...)
	}
	p, err := read(flat, r.Labels, len(rows[0]))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func near(a, b, tolerance float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b)
	}
	return a == b || math.Abs(a-b) <= tolerance*max(1, math.Abs(b))
}

func TestMetricsMatchTheReference(t *testing.T) {
	for _, r := range readReference(t) {
		t.Run(r.Name, func(t *testing.T) {
			metrics, err := r.predictions(t).Metrics(r.Bins)
			if err != nil {
				t.Fatal(err)
			}
			compared := 0
			for _, m := range metrics {
				want, ok := r.Expected[m.Name]
				if !ok {
					continue
				}
				compared++
				if !near(m.Value, float64(want), 1e-12) {
					t.Errorf("%s is %v, want %v", m.Name, m.Value, float64(want))
				}
			}
			if compared != len(r.Expected) {
				t.Errorf("compared %d metrics of the %d of the reference", compared, len(r.Expected))
			}
		})
	}
}

func TestTemperatureMatchesTheReference(t *testing.T) {
	compared := 0
	for _, r := range readReference(t) {
		if r.Temperature == nil {
			continue
		}
		compared++
		fit, err := r.predictions(t).FitTemperature()
		if err != nil {
			t.Fatal(err)
		}
		if !near(fit.Temperature, *r.Temperature, 1e-11) || !near(fit.NLL, r.NLLAfter, 1e-12) || fit.AtBound {
			t.Errorf("%s: fitted %+v, want temperature %v and nll %v", r.Name, fit, *r.Temperature, r.NLLAfter)
		}
	}
	if compared == 0 {
		t.Error("no reference case has a temperature")
	}
}

func TestMetricsAreInTheOrderOfListings(t *testing.T) {
	metrics, err := fromLogits(t, []float64{1, 0}, []int{0}, 2).Metrics(calibration.DefaultBins)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range metrics {
		names = append(names, m.Name)
	}
	want := []string{"accuracy", "error", "nll", "brier", "ece", "mce", "adaptive_ece", "classwise_ece", "debiased_rmsce",
		"smooth_ece", "mean_confidence", "mean_entropy", "overconfidence", "aurc", "auroc_misclassification", "ece_noise_floor"}
	if !slices.Equal(names, want) {
		t.Errorf("metrics are %v, want %v", names, want)
	}
}
