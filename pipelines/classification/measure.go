package classification

import (
	"fmt"

	"experiment/internal/run"
	"experiment/pipelines/calibration"
	"experiment/pipelines/dataset"
	"experiment/pipelines/train"
)

// measureEpoch is the history of a replica: what it learned with, and how it does on validation.
func measureEpoch(epoch train.Epoch, replica int, member settings, logits []float64, validation dataset.View, info dataset.Info) (run.Epoch, error) {
	if err := finite(logits, replica, epoch.Number); err != nil {
		return run.Epoch{}, err
	}
	p, err := calibration.FromLogits(logits, validation.Labels(), info.Classes)
	if err != nil {
		return run.Epoch{}, fmt.Errorf("measuring epoch %d: %w", epoch.Number, err)
	}
	metrics := []run.EpochMetric{
		{Split: run.Train, Name: "loss", Value: run.Number(epoch.Loss[replica])},
		{Split: run.Train, Name: "learning_rate", Value: run.Number(learningRate(member) * epoch.Rate)},
		{Split: run.Validation, Name: "accuracy", Value: run.Number(p.Accuracy())},
		{Split: run.Validation, Name: "nll", Value: run.Number(p.NLL())},
		{Split: run.Validation, Name: "ece", Value: run.Number(p.ECE(calibration.DefaultBins))},
		{Split: run.Validation, Name: "mean_entropy", Value: run.Number(p.MeanEntropy())},
	}
	return run.Epoch{Number: epoch.Number, Metrics: append(metrics, measureBound(p, member.gamma)...)}, nil
}

// conclude measures a replica's final logits on every split, as they are and under every calibration that can be
// fitted on the validation split.
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
	scalings, notes, err := fitScalings(predictions[run.Validation])
	if err != nil {
		return Output{}, err
	}
	output.Notes = notes
	for _, l := range logits {
		posterior := views[l.split].Posterior()
		for _, s := range scalings {
			if !s.measures(l.split) {
				continue
			}
			if err := output.measure(l.split, s, predictions[l.split], posterior); err != nil {
				return Output{}, fmt.Errorf("measuring the %s split, calibration %s: %w", l.split, s.calibration, err)
			}
		}
	}
	return output, nil
}

// measure adds every metric of the predictions of a split under a scaling, their reliability curve, and how their
// entropies are distributed.
func (o *Output) measure(split run.Split, s scaling, plain *calibration.Predictions, posterior []float64) error {
	p, err := s.apply(plain)
	if err != nil {
		return err
	}
	metrics, err := p.Metrics(calibration.DefaultBins)
	if err != nil {
		return err
	}
	if posterior != nil {
		truth, err := calibration.NewTruth(p, posterior)
		if err != nil {
			return err
		}
		known, err := truth.Metrics(calibration.DefaultBins)
		if err != nil {
			return err
		}
		metrics = append(metrics, known...)
	}
	if s.temperature > 0 {
		metrics = append(metrics, calibration.Metric{Name: "temperature", Value: s.temperature})
	}
	for _, m := range metrics {
		o.Result.Metrics = append(o.Result.Metrics, run.Metric{Split: split, Calibration: s.calibration, Name: m.Name, Value: run.Number(m.Value)})
	}
	curve := run.Reliability{Split: split, Calibration: s.calibration}
	for _, bin := range p.Reliability(calibration.DefaultBins) {
		curve.Bins = append(curve.Bins, run.Bin(bin))
	}
	o.Result.Reliability = append(o.Result.Reliability, curve)
	if s.countsEntropies(split) {
		o.Result.Histograms = append(o.Result.Histograms, entropyHistograms(split, s.calibration, p)...)
	}
	return nil
}

// entropyHistograms counts predictions by their entropy, right and wrong ones apart.
func entropyHistograms(split run.Split, scaled run.Calibration, p *calibration.Predictions) []run.Histogram {
	h := p.EntropyHistogram(calibration.EntropyBins)
	of := run.Histogram{Split: split, Calibration: scaled, Quantity: run.Entropy, Upper: h.Limit}
	right, wrong := of, of
	right.Outcome, right.Counts = run.Right, h.Right
	wrong.Outcome, wrong.Counts = run.Wrong, h.Wrong
	return []run.Histogram{right, wrong}
}
