package calibration_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/calibration"
)

// The temperature is the first of the grid with the least ECE of the predictions scaled by it.
func TestTemperatureByECEIsTheBestOfTheGrid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t).predictions(t)
		bins := bins.Draw(t, "bins")
		fit, err := p.FitTemperatureByECE(bins)
		if err != nil {
			t.Fatal(err)
		}
		best, least := 0.0, math.Inf(1)
		for i := range 100 {
			temperature := float64(i+1) / 10
			scaled, err := p.Scale(temperature)
			if err != nil {
				t.Fatal(err)
			}
			if ece := scaled.ECE(bins); ece < least {
				best, least = temperature, ece
			}
		}
		if fit.Temperature != best || fit.AtBound != (best == .1 || best == 10) {
			t.Errorf("fitted %+v, want temperature %v", fit, best)
		}
	})
}

func TestTemperatureByECEInClosedForm(t *testing.T) {
	// Logits (z, 0) throughout, three of four right: the ECE is 0 at z/T = log 3, that is T = 3.
	z := 3 * math.Log(3)
	p := fromLogits(t, []float64{z, 0, z, 0, z, 0, z, 0}, []int{0, 0, 0, 1}, 2)
	fit, err := p.FitTemperatureByECE(calibration.DefaultBins)
	if err != nil {
		t.Fatal(err)
	}
	if fit.Temperature != 3 || fit.AtBound || !near(fit.NLL, math.Log(4)-.75*math.Log(3), 1e-14) {
		t.Errorf("fitted %+v, want temperature 3", fit)
	}
	if _, err := p.FitTemperatureByECE(0); err == nil {
		t.Error("0 bins are accepted")
	}
}
