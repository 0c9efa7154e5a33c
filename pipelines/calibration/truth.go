package calibration

import (
	"fmt"
	"math"
	"slices"
)

// Truth compares predictions q with the distribution p that the labels of each example really have.
type Truth struct {
	predictions *Predictions
	posterior   []float64 // [n, classes]
}

// NewTruth returns the comparison of predictions with a posterior, n rows of one probability for each
// class. A row that is not a distribution is an error that names it, counted from 0.
func NewTruth(predictions *Predictions, posterior []float64) (*Truth, error) {
	if len(posterior) != len(predictions.probability) {
		return nil, fmt.Errorf("reading posterior: %d values do not fit %d examples and %d classes",
			len(posterior), predictions.Len(), predictions.classes)
	}
	checked := slices.Clone(posterior)
	if err := checkDistributions(checked, predictions.classes); err != nil {
		return nil, fmt.Errorf("reading posterior: %w", err)
	}
	return &Truth{predictions: predictions, posterior: checked}, nil
}

// CrossEntropy is the mean of -Σ_k p_k log q_k, in nats: the NLL expected over the labels. It is +Inf where
// something possible was given the probability 0.
func (t *Truth) CrossEntropy() float64 {
	return crossEntropy(t.posterior, t.predictions.logarithm) / float64(t.predictions.Len())
}

// Entropy is the mean of -Σ_k p_k log p_k, in nats: the least cross-entropy there is.
func (t *Truth) Entropy() float64 {
	sum := 0.0
	for _, p := range t.posterior {
		if p > 0 {
			sum -= p * math.Log(p)
		}
	}
	return sum / float64(t.predictions.Len())
}

// KLDivergence is the mean of KL(p‖q) = Σ_k p_k log(p_k/q_k), in nats, which is 0 where q is p and else
// above: what rounding leaves below 0 counts as 0.
func (t *Truth) KLDivergence() float64 {
	sum := 0.0
	for i, p := range t.posterior {
		if p > 0 {
			sum += p * (math.Log(p) - t.predictions.logarithm[i])
		}
	}
	return math.Max(sum, 0) / float64(t.predictions.Len())
}

// CalibrationError is the ECE with the hit replaced by the probability that there is one: p at the
// predicted class. It is free of the noise of the labels. It panics if bins is outside 1 to MaxBins.
func (t *Truth) CalibrationError(bins int) float64 {
	p := t.predictions
	expected := make([]float64, p.Len())
	for i, k := range p.predicted {
		expected[i] = t.posterior[i*p.classes+k]
	}
	return expectedGap(equalWidth(p.confidence, expected, bins))
}

// Metrics returns every metric that needs the truth, in a fixed order. The number of bins must be from 1 to
// MaxBins.
func (t *Truth) Metrics(bins int) ([]Metric, error) {
	if err := validBins(bins); err != nil {
		return nil, fmt.Errorf("measuring against the posterior: %w", err)
	}
	return []Metric{
		{"kl_divergence", t.KLDivergence()},
		{"cross_entropy_true", t.CrossEntropy()},
		{"entropy_true", t.Entropy()},
		{"true_calibration_error", t.CalibrationError(bins)},
	}, nil
}
