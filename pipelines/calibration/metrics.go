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

// TruthNames lists the metrics that predictions have besides where their labels are soft, in the order of listings.
func TruthNames() []string {
	return []string{"kl_divergence", "cross_entropy_true", "entropy_true", "true_calibration_error"}
}

// Metrics returns the metrics of these names in the order of listings, or every metric where no name is given: where
// the labels are soft those of Truth too, p being the labels. Metrics with bins use this many, which must be from 1 to
// MaxBins. A name that is unknown is an error, as is one of TruthNames where the labels are not soft.
func (p *Predictions) Metrics(bins int, names ...string) (_ []Metric, err error) {
	defer recoverChange(&err)
	err = validBins(bins)
	if err == nil {
		names, err = p.listed(names)
	}
	if err != nil {
		return nil, fmt.Errorf("measuring calibration: %w", err)
	}
	var metrics []Metric
	for _, d := range definitions() {
		if slices.Contains(names, d.name) {
			metrics = append(metrics, Metric{d.name, d.of(p, bins)})
		}
	}
	if !containsAny(names, TruthNames()...) {
		return metrics, nil
	}
	truth, err := NewTruthRows(p, p.labels.soft)
	if err != nil {
		return nil, fmt.Errorf("measuring calibration: %w", err)
	}
	compared, err := truth.Metrics(bins)
	if err != nil {
		return nil, err
	}
	for _, m := range compared {
		if slices.Contains(names, m.Name) {
			metrics = append(metrics, m)
		}
	}
	return metrics, nil
}

// listed returns the names in the order of listings, those of every metric of such labels where there are none.
func (p *Predictions) listed(names []string) ([]string, error) {
	all := MetricNames()
	if p.labels.soft != nil {
		all = append(all, TruthNames()...)
	}
	if len(names) == 0 {
		return all, nil
	}
	for _, name := range names {
		switch {
		case slices.Contains(all, name):
		case slices.Contains(TruthNames(), name):
			return nil, fmt.Errorf("%s needs soft labels, a probability for each class", name)
		default:
			return nil, fmt.Errorf("there is no metric %q", name)
		}
	}
	return slices.DeleteFunc(all, func(name string) bool { return !slices.Contains(names, name) }), nil
}

// containsAny reports whether one of the wanted is among the names.
func containsAny(names []string, wanted ...string) bool {
	return slices.ContainsFunc(wanted, func(name string) bool { return slices.Contains(names, name) })
}
