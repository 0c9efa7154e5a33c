package calibration_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/calibration"
)

// Where every row is the same, the best biases make the probabilities the frequencies of the labels.
func TestVectorScalingReachesTheFrequencies(t *testing.T) {
	p := fromLogits(t, []float64{3, 0, 1, 3, 0, 1, 3, 0, 1, 3, 0, 1}, []int{0, 1, 1, 2}, 3)
	fit, err := p.FitVector()
	if err != nil {
		t.Fatal(err)
	}
	if want := -(2*.25*math.Log(.25) + .5*math.Log(.5)); !near(fit.NLL, want, 1e-6) {
		t.Errorf("nll is %v, want %v", fit.NLL, want)
	}
}

// Labels drawn from logits scaled by a vector give that vector back.
func TestVectorScalingIsRecovered(t *testing.T) {
	const n, classes = 40_000, 4
	weights, biases := []float64{1.5, .8, 1.2, 2}, []float64{.5, -.5, .25, -.25}
	random := rand.New(rand.NewPCG(3, 4))
	z, labels := make([]float64, n*classes), make([]int, n)
	for i := range labels {
		row, total := z[i*classes:(i+1)*classes], 0.0
		for k := range row {
			row[k] = 2 * random.NormFloat64()
			total += math.Exp(row[k])
		}
		best := math.Inf(-1)
		for k := range row {
			// Adding Gumbel noise and taking the largest draws from the softmax.
			scaled := weights[k]*(row[k]-math.Log(total)) + biases[k]
			if g := scaled - math.Log(random.ExpFloat64()); g > best {
				labels[i], best = k, g
			}
		}
	}
	fit, err := fromLogits(t, z, labels, classes).FitVector()
	if err != nil {
		t.Fatal(err)
	}
	for k := range classes {
		if math.Abs(fit.Weights[k]-weights[k]) > .1 || math.Abs(fit.Biases[k]-biases[k]) > .1 {
			t.Errorf("class %d: weight %v and bias %v, want about %v and %v",
				k, fit.Weights[k], fit.Biases[k], weights[k], biases[k])
		}
	}
}

// Neither no scaling, nor the best temperature, nor a change of the fitted vector has a lower NLL, but for the
// penalty of the distance to no scaling.
func TestFittedVectorIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := s.predictions(t)
		fit, err := p.FitVector()
		if err != nil {
			t.Fatal(err)
		}
		penalised := func(weights, biases []float64) float64 {
			scaled, err := p.ScaleVector(weights, biases)
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for k := range weights {
				sum += (weights[k]-1)*(weights[k]-1) + biases[k]*biases[k]
			}
			return scaled.NLL() + 5e-7*sum
		}
		least := penalised(fit.Weights, fit.Biases)
		change := rapid.SliceOfN(rapid.Float64Range(-1, 1), 2*s.classes, 2*s.classes).Draw(t, "change")
		for _, size := range []float64{1e-3, 1, 10} {
			weights, biases := make([]float64, s.classes), make([]float64, s.classes)
			for k := range weights {
				weights[k] = fit.Weights[k] + size*change[k]
				biases[k] = fit.Biases[k] + size*change[s.classes+k]
			}
			if other := penalised(weights, biases); other < least-1e-10 {
				t.Errorf("%v at a distance of %v is below %v at the fit", other, size, least)
			}
		}
		temperature, err := p.FitTemperature()
		if err != nil {
			t.Fatal(err)
		}
		same, none := make([]float64, s.classes), make([]float64, s.classes)
		for k := range same {
			same[k] = 1 / temperature.Temperature
		}
		if other := penalised(same, none); other < least-1e-10 {
			t.Errorf("%v at the best temperature is below %v at the fit", other, least)
		}
	})
}

func TestVectorOfOnesAndZerosChangesNothing(t *testing.T) {
	for _, r := range readReference(t) {
		p := r.predictions(t)
		ones, zeros := make([]float64, p.Classes()), make([]float64, p.Classes())
		for k := range ones {
			ones[k] = 1
		}
		scaled, err := p.ScaleVector(ones, zeros)
		if err != nil {
			t.Fatal(err)
		}
		if !near(scaled.NLL(), p.NLL(), 1e-12) || !near(scaled.Brier(), p.Brier(), 1e-12) {
			t.Errorf("%s: nll was %v and is %v", r.Name, p.NLL(), scaled.NLL())
		}
	}
}

func TestVectorScalingRefuses(t *testing.T) {
	p := fromProbabilities(t, []float64{.5, .5, 1, 0}, []int{0, 1}, 2)
	_, err := p.FitVector()
	if want := "fitting vector scaling: row 1: the label has the probability 0"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
	_, err = p.ScaleVector([]float64{1}, []float64{0, 0})
	if want := "scaling predictions by a vector: 1 weights and 2 biases do not fit 2 classes"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
	_, err = p.ScaleVector([]float64{math.NaN(), 1}, []float64{0, 0})
	want := "scaling predictions by a vector: row 0: class 0: the logit is not a number"
	if err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

func TestSeparableAndHugeLogitsHaveAFiniteVector(t *testing.T) {
	for name, p := range map[string]*calibration.Predictions{
		"separable":  fromLogits(t, []float64{1, 0, 0, 1}, []int{0, 1}, 2),
		"huge":       fromLogits(t, []float64{1e4, -1e4, -1e4, 1e4, 1e4, -1e4}, []int{0, 1, 1}, 2),
		"impossible": fromProbabilities(t, []float64{.5, .5, 0, .2, 0, .8}, []int{0, 2}, 3),
	} {
		fit, err := p.FitVector()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !(fit.NLL <= p.NLL()) {
			t.Errorf("%s: nll was %v and is %v", name, p.NLL(), fit.NLL)
		}
	}
}

func BenchmarkFitVector(b *testing.B) {
	logits, labels := benchmarkData()
	p, err := calibration.FromLogits(logits, labels, 10)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.FitVector(); err != nil {
			b.Fatal(err)
		}
	}
}
