package classification

import (
	"fmt"

	"experiment/internal/run"
	"experiment/pipelines/calibration"
	"experiment/pipelines/dataset"
	"experiment/pipelines/train"
)

// measureEpoch is the history of a replica: what it learned with, and how it does on validation.
func measureEpoch(epoch train.Epoch, replica int, rate float64, logits []float64, validation dataset.View, info dataset.Info) (run.Epoch, error) {
	if err := finite(logits, replica, epoch.Number); err != nil {
		return run.Epoch{}, err
	}
	p, err := calibration.FromLogits(logits, validation.Labels(), info.Classes)
	if err != nil {
		return run.Epoch{}, fmt.Errorf("measuring epoch %d: %w", epoch.Number, err)
	}
	return run.Epoch{Number: epoch.Number, Metrics: []run.EpochMetric{
		{Split: run.Train, Name: "loss", Value: run.Number(epoch.Loss[replica])},
		{Split: run.Train, Name: "learning_rate", Value: run.Number(rate)},
		{Split: run.Validation, Name: "accuracy", Value: run.Number(p.Accuracy())},
		{Split: run.Validation, Name: "nll", Value: run.Number(p.NLL())},
		{Split: run.Validation, Name: "ece", Value: run.Number(p.ECE(calibration.DefaultBins))},
		{Split: run.Validation, Name: "mean_entropy", Value: run.Number(p.MeanEntropy())},
	}}, nil
}

// conclude measures a replica's final logits on every split, before and after temperature scaling. The
// temperature is fitted on the validation split only.
func conclude(info dataset.Info, sample dataset.Sample, logits []splitLogits, replica int) (Output, error) {
	output := Output{DataChecksum: info.Checksum}
	views := map[run.Split]dataset.View{run.Train: sample.Train, run.Validation: sample.Validation, run.Test: sample.Test}
	predictions := map[run.Split]*calibration.Predictions{}
	for _, l := range logits {
		p, err := calibration.FromLogits(l.values[replica], views[l.split].Labels(), info.Classes)
		if err != nil {
			return Output{}, fmt.Errorf("measuring the %s split: %w", l.split, err)
		}
		predictions[l.split] = p
		if l.split != run.Train {
			output.Predictions = append(output.Predictions, Predictions{
				Split: l.split, Classes: info.Classes, Logits: l.values[replica], Labels: views[l.split].Labels(),
			})
		}
	}
	fit, err := predictions[run.Validation].FitTemperature()
	if err != nil {
		return Output{}, fmt.Errorf("fitting the temperature: %w", err)
	}
	for _, l := range logits {
		plain := predictions[l.split]
		scaled, err := plain.Scale(fit.Temperature)
		if err != nil {
			return Output{}, fmt.Errorf("scaling the %s split by temperature %v: %w", l.split, fit.Temperature, err)
		}
		posterior := views[l.split].Posterior()
		if err := output.measure(l.split, run.Uncalibrated, plain, posterior); err != nil {
			return Output{}, err
		}
		if err := output.measure(l.split, run.TemperatureScale, scaled, posterior); err != nil {
			return Output{}, err
		}
		output.Result.Metrics = append(output.Result.Metrics, run.Metric{
			Split: l.split, Calibration: run.TemperatureScale, Name: "temperature", Value: run.Number(fit.Temperature),
		})
	}
	return output, nil
}

// measure adds every metric of a split under a calibration, and its reliability curve.
func (o *Output) measure(split run.Split, calibrated run.Calibration, p *calibration.Predictions, posterior []float64) error {
	metrics, err := p.Metrics(calibration.DefaultBins)
	if err != nil {
		return fmt.Errorf("measuring the %s split: %w", split, err)
	}
	if posterior != nil {
		truth, err := calibration.NewTruth(p, posterior)
		if err != nil {
			return fmt.Errorf("comparing the %s split with its posterior: %w", split, err)
		}
		known, err := truth.Metrics(calibration.DefaultBins)
		if err != nil {
			return fmt.Errorf("comparing the %s split with its posterior: %w", split, err)
		}
		metrics = append(metrics, known...)
	}
	for _, m := range metrics {
		o.Result.Metrics = append(o.Result.Metrics, run.Metric{Split: split, Calibration: calibrated, Name: m.Name, Value: run.Number(m.Value)})
	}
	curve := run.Reliability{Split: split, Calibration: calibrated}
	for _, bin := range p.Reliability(calibration.DefaultBins) {
		curve.Bins = append(curve.Bins, run.Bin(bin))
	}
	o.Result.Reliability = append(o.Result.Reliability, curve)
	return nil
}
