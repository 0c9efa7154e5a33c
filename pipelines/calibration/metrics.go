package calibration

import (
	"fmt"
	"slices"
)

// Metric is a named number.
type Metric struct {
	Name  string
	Value float64 // NaN where it is undefined
}

// definition is a metric by its name.
type definition struct {
	name string
	of   func(p *Predictions, bins int) float64
}

// definitions lists the metrics of all predictions in the order of listings.
func definitions() []definition {
	plain := func(of func(*Predictions) float64) func(*Predictions, int) float64 {
		return func(p *Predictions, _ int) float64 { return of(p) }
	}
	return []definition{
		{"accuracy", plain((*Predictions).Accuracy)},
		{"error", plain((*Predictions).Error)},
		{"nll", plain((*Predictions).NLL)},
		{"brier", plain((*Predictions).Brier)},
		{"ece", (*Predictions).ECE},
		{"mce", (*Predictions).MCE},
		{"adaptive_ece", (*Predictions).AdaptiveECE},
		{"classwise_ece", (*Predictions).ClasswiseECE},
		{"debiased_rmsce", (*Predictions).DebiasedRMSCE},
		{"smooth_ece", plain((*Predictions).SmoothECE)},
		{"mean_confidence", plain((*Predictions).MeanConfidence)},
		{"mean_entropy", plain((*Predictions).MeanEntropy)},
		{"overconfidence", plain((*Predictions).Overconfidence)},
		{"aurc", plain((*Predictions).AURC)},
		{"auroc_misclassification", plain((*Predictions).AUROC)},
		{"ece_noise_floor", (*Predictions).ECENoiseFloor},
	}
}

// MetricNames lists the metrics of all predictions in the order of listings.
func MetricNames() []string {
	var names []string
	for _, d := range definitions() {
		names = append(names, d.name)
	}
	return names
}

// Metrics returns the metrics of these names in the order of listings, or every metric where no name is given;
// these are then followed by those of Truth where the labels are soft, p being the labels. Metrics with bins use this
// many, which must be from 1 to MaxBins. An unknown name is an error.
func (p *Predictions) Metrics(bins int, names ...string) ([]Metric, error) {
	if err := validBins(bins); err != nil {
		return nil, fmt.Errorf("measuring calibration: %w", err)
	}
	known := MetricNames()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("measuring calibration: there is no metric %q", name)
		}
	}
	var metrics []Metric
	for _, d := range definitions() {
		if len(names) == 0 || slices.Contains(names, d.name) {
			metrics = append(metrics, Metric{d.name, d.of(p, bins)})
		}
	}
	if len(names) > 0 || p.labels.soft == nil {
		return metrics, nil
	}
	truth, err := NewTruthRows(p, p.labels.soft)
	if err != nil {
		return nil, fmt.Errorf("measuring calibration: %w", err)
	}
	compared, err := truth.Metrics(bins)
	return append(metrics, compared...), err
}
