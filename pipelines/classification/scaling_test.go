package classification

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/run"
	"experiment/pipelines/calibration"
	"experiment/pipelines/dataset"
)

// problem is what conclude measures, made up: over-confident logits of labels that are drawn from soft ones.
type problem struct {
	info   dataset.Info
	sample dataset.Sample
	logits []splitLogits
}

func madeUp(classes, n int) problem {
	random := rand.New(rand.NewPCG(1, 2))
	p := problem{info: dataset.Info{Classes: classes}}
	for _, split := range []struct {
		name run.Split
		view *dataset.View
	}{{run.Train, &p.sample.Train}, {run.Validation, &p.sample.Validation}, {run.Test, &p.sample.Test}} {
		examples := &dataset.Examples{}
		values := make([]float64, n*classes)
		for i := range n {
			split.view.Rows = append(split.view.Rows, int64(i))
			label, other := random.IntN(classes), random.IntN(classes)
			soft := make([]float64, classes) // all but two classes are impossible
			soft[label] += 0.75
			soft[other] += 0.25
			examples.Posterior = append(examples.Posterior, soft...)
			if random.Float64() < 0.25 {
				label = other
			}
			examples.Labels = append(examples.Labels, int64(label))
			for k := range classes {
				values[i*classes+k] = 3*soft[k]*float64(1+k) + 2*random.NormFloat64()
			}
		}
		split.view.Examples = examples
		p.logits = append(p.logits, splitLogits{split.name, [][]float64{values}})
	}
	return p
}

func (p problem) conclude(t *testing.T) Output {
	t.Helper()
	output, err := conclude(p.info, p.sample, p.logits, 0)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

func TestEveryCalibrationIsFittedOnValidation(t *testing.T) {
	p := madeUp(5, 400)
	output := p.conclude(t)
	if len(output.Notes) > 0 {
		t.Errorf("an ordinary run leaves the notes %q", output.Notes)
	}
	at := func(calibrated run.Calibration, name string) float64 {
		return value(t, output, run.Validation, calibrated, name)
	}
	if plain, best, vector := at(run.Uncalibrated, "nll"), at(run.TemperatureScale, "nll"), at(run.VectorScale, "nll"); best > plain || vector > best-0.01 {
		t.Errorf("validation NLL is %v, %v by temperature, %v by vector: these logits are wrong class by class", plain, best, vector)
	}
	byECE := at(run.TemperatureByECE, "temperature")
	if plain, best := at(run.Uncalibrated, "ece"), at(run.TemperatureByECE, "ece"); best >= plain || math.Abs(byECE*10-math.Round(byECE*10)) > 1e-12 {
		t.Errorf("validation ECE is %v, and %v at T = %v of the grid", plain, best, byECE)
	}
	for _, split := range []run.Split{run.Validation, run.Test} {
		if plain, scaled := value(t, output, split, run.Uncalibrated, "accuracy"), value(t, output, split, run.TemperatureByECE, "accuracy"); plain != scaled {
			t.Errorf("a temperature changes the accuracy on %s from %v to %v", split, plain, scaled)
		}
	}
	if _, ok := output.Result.Value(run.Test, run.VectorScale, "temperature"); ok {
		t.Error("vector scaling has a temperature")
	}
	for i, label := range p.sample.Test.Examples.Labels {
		p.sample.Test.Examples.Labels[i] = (label + 1) % 5
	}
	other := p.conclude(t)
	for _, calibrated := range run.Calibrations {
		if before, after := at(calibrated, "nll"), value(t, other, run.Validation, calibrated, "nll"); before != after {
			t.Errorf("other labels on test change the validation NLL under %s from %v to %v", calibrated, before, after)
		}
	}
}

// TestSoftLabelsDivergeByCrossEntropyLessEntropy holds KL(p‖q) = CE(p‖q) - H[p] for labels whose distribution is given,
// with classes that are impossible, under every calibration of every split.
func TestSoftLabelsDivergeByCrossEntropyLessEntropy(t *testing.T) {
	output := madeUp(5, 400).conclude(t)
	checked := 0
	for _, split := range []run.Split{run.Train, run.Validation, run.Test} {
		for _, calibrated := range run.Calibrations {
			divergence, ok := output.Result.Value(split, calibrated, "kl_divergence")
			if !ok {
				continue
			}
			checked++
			difference := value(t, output, split, calibrated, "cross_entropy_true") - value(t, output, split, calibrated, "entropy_true")
			if math.Abs(divergence-difference) > 1e-12 || divergence < 0.01 {
				t.Errorf("%s, %s: KL is %v and CE - H %v", split, calibrated, divergence, difference)
			}
		}
	}
	if checked != 2+4+4 {
		t.Errorf("%d rows have a divergence, want 10", checked)
	}
}

// TestEveryPredictionIsInAHistogram holds that validation and test are counted once before and once after temperature
// scaling, as many right as the accuracy says, and that scaling moves entropies.
func TestEveryPredictionIsInAHistogram(t *testing.T) {
	output := madeUp(5, 400).conclude(t)
	total := func(counts []float64) (sum float64) {
		for _, n := range counts {
			sum += n
		}
		return sum
	}
	var order []run.Histogram
	right := map[run.Split]map[run.Calibration][]float64{run.Validation: {}, run.Test: {}}
	for _, h := range output.Result.Histograms {
		order = append(order, run.Histogram{Split: h.Split, Calibration: h.Calibration, Quantity: h.Quantity, Outcome: h.Outcome})
		if h.Lower != 0 || h.Upper != math.Log(5) || len(h.Counts) != calibration.EntropyBins {
			t.Errorf("%d bins of %s go from %v to %v", len(h.Counts), h.Quantity, h.Lower, h.Upper)
		}
		share := value(t, output, h.Split, h.Calibration, "accuracy")
		if h.Outcome == run.Wrong {
			share = 1 - share
		} else {
			right[h.Split][h.Calibration] = h.Counts
		}
		if got, want := total(h.Counts), math.Round(400*share); got != want {
			t.Errorf("%s, %s: %v predictions are %s, want %v", h.Split, h.Calibration, got, h.Outcome, want)
		}
	}
	var want []run.Histogram
	for _, split := range []run.Split{run.Validation, run.Test} {
		for _, calibrated := range []run.Calibration{run.Uncalibrated, run.TemperatureScale} {
			for _, outcome := range []run.Outcome{run.Right, run.Wrong} {
				want = append(want, run.Histogram{Split: split, Calibration: calibrated, Quantity: run.Entropy, Outcome: outcome})
			}
		}
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("other histograms than wanted:\n%s", diff)
	}
	for split, by := range right {
		if slices.Equal(by[run.Uncalibrated], by[run.TemperatureScale]) {
			t.Errorf("%s: temperature scaling moves no entropy", split)
		}
	}
}

func TestVectorScalingIsLeftOut(t *testing.T) {
	few := madeUp(5, 9)
	output := few.conclude(t)
	if _, ok := output.Result.Value(run.Test, run.VectorScale, "ece"); ok {
		t.Error("ten parameters are fitted to nine examples")
	}
	if notes := strings.Join(output.Notes, "\n"); !strings.Contains(notes, "2 for each of 5 classes, are more than the 9 examples") {
		t.Errorf("the notes are %q", notes)
	}
	const classes, n = 800, 1600
	labels := make([]int, n)
	labels[0] = classes - 1
	p, err := calibration.FromLogits(make([]float64, n*classes), labels, classes)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fitVector(p); err == nil || !strings.Contains(err.Error(), "1600 examples × 800² classes are more than 5e+08") {
		t.Errorf("800 classes: %v", err)
	}
}

func TestFitsAtABoundAreNoted(t *testing.T) {
	p, err := calibration.FromLogits([]float64{1, 0, 0, 1, 1, 0, 0, 1}, []int{0, 1, 0, 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	_, notes, err := fitScalings(p)
	if err != nil || len(notes) != 2 || !strings.Contains(notes[0], "by nll, 0.006738, lies at a bound") || !strings.Contains(notes[1], "by ece, 0.1, lies at an end") {
		t.Errorf("the notes are %q, %v", notes, err)
	}
}
