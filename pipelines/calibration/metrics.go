package calibration

import "fmt"

// Metric is a named number.
type Metric struct {
	Name  string
	Value float64 // NaN where it is undefined
}

// Metrics returns every metric of the predictions, in a fixed order. Those with bins use this many, which
// must be from 1 to MaxBins.
func (p *Predictions) Metrics(bins int) ([]Metric, error) {
	if err := validBins(bins); err != nil {
		return nil, fmt.Errorf("measuring calibration: %w", err)
	}
	return []Metric{
		{"accuracy", p.Accuracy()},
		{"error", p.Error()},
		{"nll", p.NLL()},
		{"brier", p.Brier()},
		{"ece", p.ECE(bins)},
		{"mce", p.MCE(bins)},
		{"adaptive_ece", p.AdaptiveECE(bins)},
		{"classwise_ece", p.ClasswiseECE(bins)},
		{"debiased_rmsce", p.DebiasedRMSCE(bins)},
		{"smooth_ece", p.SmoothECE()},
		{"mean_confidence", p.MeanConfidence()},
		{"mean_entropy", p.MeanEntropy()},
		{"overconfidence", p.Overconfidence()},
		{"aurc", p.AURC()},
		{"auroc_misclassification", p.AUROC()},
		{"ece_noise_floor", p.ECENoiseFloor(bins)},
	}, nil
}
