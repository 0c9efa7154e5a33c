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

// metric is what a name stands for.
type metric struct {
	name string
	of   func(p *Predictions, bins int) float64
}

// metrics lists every metric in the order of listings.
func metrics() []metric {
	plain := func(of func(*Predictions) float64) func(*Predictions, int) float64 {
		return func(p *Predictions, _ int) float64 { return of(p) }
	}
	return []metric{
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

// MetricNames lists the names of the metrics in the order of Metrics.
func MetricNames() []string {
	var names []string
	for _, m := range metrics() {
		names = append(names, m.name)
	}
	return names
}

// Metrics returns every metric of the predictions, in a fixed order. Those with bins use this many, which
// must be from 1 to MaxBins.
func (p *Predictions) Metrics(bins int) ([]Metric, error) { return p.Measure(bins, MetricNames()...) }

// Measure returns the named metrics, in the order of MetricNames. A name that is not among these is an error.
func (p *Predictions) Measure(bins int, names ...string) ([]Metric, error) {
	if err := validBins(bins); err != nil {
		return nil, fmt.Errorf("measuring calibration: %w", err)
	}
	known := MetricNames()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("measuring calibration: there is no metric %q", name)
		}
	}
	var measured []Metric
	for _, m := range metrics() {
		if slices.Contains(names, m.name) {
			measured = append(measured, Metric{m.name, m.of(p, bins)})
		}
	}
	return measured, nil
}
