package calibration_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTemperatureOfTwoClassesInClosedForm(t *testing.T) {
	// Logits (z, 0) throughout, three of four right: the best confidence is 3/4, so z/T = log 3.
	const z = 5.0
	p := fromLogits(t, []float64{z, 0, z, 0, z, 0, z, 0}, []int{0, 0, 0, 1}, 2)
	fit, err := p.FitTemperature()
	if err != nil {
		t.Fatal(err)
	}
	if want := z / math.Log(3); !near(fit.Temperature, want, 1e-13) || fit.AtBound {
		t.Errorf("fitted %+v, want temperature %v", fit, want)
	}
	if want := math.Log(4) - .75*math.Log(3); !near(fit.NLL, want, 1e-14) {
		t.Errorf("nll is %v, want %v", fit.NLL, want)
	}
}

func TestTemperatureAtTheBounds(t *testing.T) {
	for _, test := range []struct {
		name    string
		logits  []float64
		labels  []int
		logT    float64
		atBound bool
	}{
		{"all right: colder is better", []float64{1, 0, 0, 1}, []int{0, 1}, -5, true},
		{"all wrong: hotter is better", []float64{1, 0, 0, 1}, []int{1, 0}, 5, true},
		{"all right beyond underflow", []float64{1e5, 0, 0, 1e5}, []int{0, 1}, -5, true},
		{"logits say nothing", []float64{2, 2, 7, 7}, []int{1, 0}, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			fit, err := fromLogits(t, test.logits, test.labels, 2).FitTemperature()
			if err != nil {
				t.Fatal(err)
			}
			if !near(math.Log(fit.Temperature), test.logT, 1e-14) || fit.AtBound != test.atBound {
				t.Errorf("fitted %+v, want log T %v, at bound %v", fit, test.logT, test.atBound)
			}
		})
	}
}

// The logits of a calibrated model, multiplied, have that factor as their temperature.
func TestTemperatureIsRecovered(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const n, classes, factor = 20_000, 5, 3.0
	z, labels := make([]float64, n*classes), make([]int, n)
	for i := range labels {
		row, best := z[i*classes:(i+1)*classes], math.Inf(-1)
		for k := range row {
			row[k] = 2 * random.NormFloat64()
			// Adding Gumbel noise and taking the largest draws from the softmax.
			if g := row[k] - math.Log(random.ExpFloat64()); g > best {
				labels[i], best = k, g
			}
			row[k] *= factor
		}
	}
	fit, err := fromLogits(t, z, labels, classes).FitTemperature()
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(fit.Temperature-factor) > .1 {
		t.Errorf("temperature is %v, want about %v", fit.Temperature, factor)
	}
}

func TestTemperatureOfImpossibleLabels(t *testing.T) {
	p := fromProbabilities(t, []float64{.5, .5, 1, 0}, []int{0, 1}, 2)
	_, err := p.FitTemperature()
	if want := "fitting temperature: row 1: the label has the probability 0"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

func TestScaleRefusesWhatIsNoTemperature(t *testing.T) {
	p := fromLogits(t, []float64{1, 0}, []int{0}, 2)
	for _, temperature := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := p.Scale(temperature); err == nil || !strings.HasPrefix(err.Error(), "scaling predictions: temperature") {
			t.Errorf("temperature %v: error is %v", temperature, err)
		}
	}
}

func TestTheColdestTemperatureLeavesTheLargest(t *testing.T) {
	p := fromLogits(t, []float64{1, 0, 2, 5, 5, 5}, []int{2, 0}, 3)
	scaled, err := p.Scale(math.SmallestNonzeroFloat64)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := scaled.MeanConfidence(), (1+1.0/3)/2; !near(got, want, 1e-15) {
		t.Errorf("mean confidence is %v, want %v", got, want)
	}
	if got, want := scaled.NLL(), math.Log(3)/2; !near(got, want, 1e-15) {
		t.Errorf("nll is %v, want %v", got, want)
	}
}
