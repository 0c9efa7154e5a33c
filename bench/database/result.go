package main

import (
	"math"
	"slices"

	"experiment/internal/run"
)

// measurement is a split and a calibration that runs are measured on.
type measurement struct {
	split       run.Split
	calibration run.Calibration
}

// measurements lists those of a run of ten classes.
func measurements() []measurement {
	return []measurement{
		{run.Train, run.Uncalibrated}, {run.Train, run.TemperatureScale},
		{run.Validation, run.Uncalibrated}, {run.Validation, run.TemperatureScale}, {run.Validation, run.TemperatureByECE}, {run.Validation, run.VectorScale},
		{run.Test, run.Uncalibrated}, {run.Test, run.TemperatureScale}, {run.Test, run.TemperatureByECE}, {run.Test, run.VectorScale},
	}
}

// errorOn returns the share of wrong predictions of a split.
func (m model) errorOn(split run.Split) float64 {
	switch split {
	case run.Train:
		return m.error / 50
	case run.Validation:
		return 1.05 * m.error
	}
	return m.error
}

// metrics returns every metric of every split and calibration.
func (m model) metrics() []run.Metric {
	var list []run.Metric
	temperature := math.Exp(20 * m.gap)
	for _, on := range measurements() {
		wrong, gap := m.errorOn(on.split), m.gap
		if on.calibration != run.Uncalibrated {
			gap = 0.1*m.gap + 0.002*m.random.NormFloat64()
		}
		nll := (3*wrong + 2*math.Abs(gap)) * m.noise(0.02)
		ece := math.Abs(gap) + 0.002*m.noise(0.2)
		put := func(name string, value float64) {
			list = append(list, run.Metric{Split: on.split, Calibration: on.calibration, Name: name, Value: run.Number(value)})
		}
		put("accuracy", 1-wrong)
		put("error", wrong)
		put("nll", nll)
		put("brier", 1.6*wrong*m.noise(0.02))
		put("ece", ece)
		put("mce", 6*ece*m.noise(0.3))
		put("adaptive_ece", ece*m.noise(0.05))
		put("classwise_ece", 0.2*ece*m.noise(0.05))
		put("debiased_rmsce", 1.5*ece*m.noise(0.05))
		put("smooth_ece", ece*m.noise(0.02))
		put("mean_confidence", 1-wrong+gap)
		put("mean_entropy", 2*(wrong-gap)*m.noise(0.02)+0.1)
		put("overconfidence", gap)
		put("aurc", wrong*wrong*m.noise(0.05))
		if on.split == run.Train && wrong < 0.0005 {
			put("auroc_misclassification", math.NaN())
		} else {
			put("auroc_misclassification", 0.95-0.2*wrong)
		}
		put("ece_noise_floor", 0.003*m.noise(0.1))
		switch on.calibration {
		case run.TemperatureScale:
			put("temperature", temperature)
		case run.TemperatureByECE:
			put("temperature", math.Round(10*temperature)/10)
		}
	}
	return list
}

// binCount is how many bins a reliability curve has.
const binCount = 15

// curves returns the reliability curve of every split and calibration.
func (m model) curves() []run.Reliability {
	sizes := map[run.Split]int{run.Train: 1000, run.Validation: 2000, run.Test: 10000}
	var curves []run.Reliability
	for _, on := range measurements() {
		gap := m.gap
		if on.calibration != run.Uncalibrated {
			gap *= 0.1
		}
		curve := run.Reliability{Split: on.split, Calibration: on.calibration}
		left := sizes[on.split]
		for i := binCount - 1; i >= 0; i-- {
			count := left
			if i > 0 {
				count = int(float64(left) * (0.85 - m.errorOn(on.split)))
			}
			left -= count
			bin := run.Bin{Lower: float64(i) / binCount, Upper: float64(i+1) / binCount, Count: count}
			if bin.Count > 0 {
				bin.Confidence = bin.Lower + (0.4+0.2*m.random.Float64())/binCount
				bin.Accuracy = min(max(bin.Confidence-gap*m.noise(0.3), 0), 1)
			}
			curve.Bins = append(curve.Bins, bin)
		}
		slices.Reverse(curve.Bins)
		curves = append(curves, curve)
	}
	return curves
}

// entropyBins is how many bins an entropy histogram has.
const entropyBins = 20

// histograms counts the right and the wrong predictions of the test split by their entropy, without and with a temperature.
func (m model) histograms() []run.Histogram {
	var list []run.Histogram
	for _, scaled := range []run.Calibration{run.Uncalibrated, run.TemperatureScale} {
		for _, of := range []struct {
			outcome run.Outcome
			share   float64 // of the predictions
			fall    float64 // of the counts from a bin to the next
		}{{run.Right, 1 - m.error, 0.4}, {run.Wrong, m.error, 0.85}} {
			h := run.Histogram{Split: run.Test, Calibration: scaled, Quantity: run.Entropy, Outcome: of.outcome, Upper: math.Log(10)}
			left := math.Round(10000 * of.share)
			for range entropyBins - 1 {
				count := min(math.Round(left*(1-of.fall)*m.noise(0.05)), left)
				h.Counts = append(h.Counts, count)
				left -= count
			}
			h.Counts = append(h.Counts, left)
			list = append(list, h)
		}
	}
	return list
}

// history returns what is measured at the end of each epoch.
func (m model) history(epochs int) []run.Epoch {
	list := make([]run.Epoch, epochs)
	for i := range list {
		progress := float64(i+1) / float64(epochs)
		early := math.Exp(-8 * progress)
		wrong := m.errorOn(run.Validation) + 0.3*early*m.noise(0.1)
		nll := (3*wrong + 2*math.Abs(m.gap)*progress) * m.noise(0.03)
		entropy := (2*wrong + 0.1) * m.noise(0.03)
		focal := nll * 0.6 * m.noise(0.02)
		list[i] = run.Epoch{Number: i + 1, Metrics: []run.EpochMetric{
			{Split: run.Train, Name: "learning_rate", Value: run.Number(0.025 * (1 + math.Cos(math.Pi*progress)))},
			{Split: run.Train, Name: "loss", Value: run.Number(2*early + 0.01*m.noise(0.2))},
			{Split: run.Validation, Name: "accuracy", Value: run.Number(1 - wrong)},
			{Split: run.Validation, Name: "ece", Value: run.Number(math.Abs(m.gap)*progress + 0.1*early + 0.003*m.noise(0.2))},
			{Split: run.Validation, Name: "focal_bound_slack", Value: run.Number(focal - nll + 3*entropy)},
			{Split: run.Validation, Name: "focal_gamma", Value: 3},
			{Split: run.Validation, Name: "focal_loss", Value: run.Number(focal)},
			{Split: run.Validation, Name: "mean_entropy", Value: run.Number(entropy)},
			{Split: run.Validation, Name: "nll", Value: run.Number(nll)},
		}}
	}
	return list
}
