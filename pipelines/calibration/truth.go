package calibration

import (
	"fmt"
	"math"
)

// Truth compares predictions q with the distribution p that the labels of each example really have.
type Truth struct {
	predictions                       *Predictions
	crossEntropy, entropy, divergence float64
	expected                          []float64 // [n], p at the predicted class
}

// NewTruth returns the comparison of predictions with a posterior, n rows of one probability for each
// class. A row that is not a distribution is an error that names it, counted from 0.
func NewTruth[F Float](predictions *Predictions, posterior []F) (*Truth, error) {
	if len(posterior) != predictions.Len()*predictions.classes {
		return nil, fmt.Errorf("reading posterior: %d values do not fit %d examples and %d classes",
			len(posterior), predictions.Len(), predictions.classes)
	}
	return NewTruthRows(predictions, matrix[F]{posterior, predictions.classes})
}

// NewTruthRows is NewTruth of a posterior that may lie elsewhere, a row for each example.
func NewTruthRows(predictions *Predictions, posterior Rows) (_ *Truth, err error) {
	defer recoverChange(&err)
	n, classes := predictions.Len(), predictions.classes
	t := &Truth{predictions: predictions, expected: make([]float64, n)}
	truth := SoftLabels(n, posterior)
	var sums [mostChunks]struct{ crossEntropy, entropy, divergence float64 }
	err = inChunks(n, func(chunk, start, end int) error {
		q, l, p := make([]float64, classes), make([]float64, classes), make([]float64, classes)
		sum := &sums[chunk]
		for i := start; i < end; i++ {
			if err := truth.posterior(i, p); err != nil {
				return fmt.Errorf("row %d: %w", i, err)
			}
			predictions.distribution(i, q, l)
			t.expected[i] = p[predictions.predicted[i]]
			sum.crossEntropy += crossEntropy(p, l)
			for k, v := range p {
				if v > 0 {
					sum.entropy -= v * math.Log(v)
					sum.divergence += v * (math.Log(v) - l[k])
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading posterior: %w", err)
	}
	for _, sum := range sums {
		t.crossEntropy += sum.crossEntropy / float64(n)
		t.entropy += sum.entropy / float64(n)
		t.divergence += sum.divergence / float64(n)
	}
	return t, nil
}

// CrossEntropy is the mean of -Σ_k p_k log q_k, in nats: the NLL expected over the labels. It is +Inf where
// something possible was given the probability 0.
func (t *Truth) CrossEntropy() float64 { return t.crossEntropy }

// Entropy is the mean of -Σ_k p_k log p_k, in nats: the least cross-entropy there is.
func (t *Truth) Entropy() float64 { return t.entropy }

// KLDivergence is the mean of KL(p‖q) = Σ_k p_k log(p_k/q_k), in nats, which is 0 where q is p and else
// above: what rounding leaves below 0 counts as 0.
func (t *Truth) KLDivergence() float64 { return math.Max(t.divergence, 0) }

// CalibrationError is the ECE with the hit replaced by the probability that there is one: p at the
// predicted class. It is free of the noise of the labels. It panics if bins is outside 1 to MaxBins.
func (t *Truth) CalibrationError(bins int) float64 {
	return expectedGap(equalWidth(t.predictions.confidence, t.expected, bins))
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
