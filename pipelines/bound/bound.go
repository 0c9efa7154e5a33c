// Package bound is the pipeline that makes the theory executable: for labels distributed as p and a model that
// says q, cross-entropy, label smoothing with its decomposition, focal loss and the bounds from below that
// focal loss has, computed and checked.
//
// Focal loss bounds entropy-regularised cross-entropy from above, CE_γ ≥ CE - γ·H[q]. The published proof rests
// on Bernoulli's inequality and so on γ ≥ 1 (Kapoor 2023; Mukhoti 2020, arXiv 2002.09437). The bound holds for every
// γ ≥ 0: since 1 - (1-q)^γ ≤ -γ·ln(1-q),
//
//	(1 - (1-q)^γ)·(-ln q) ≤ γ·ln q·ln(1-q) ≤ γ·h(q) ≤ γ·H[q]
//
// with h the binary entropy (Topsøe 2001), and p enters linearly. The middle term is a sharper bound.
package bound

import (
	"fmt"
	"time"

	"experiment/internal/rng"
	"experiment/internal/run"
)

// Run computes the values at one configuration: K classes with logits z drawn by the seed from the standard
// normal distribution, p = softmax(t·z) and q = softmax(s·z) of two sharpnesses, γ and ε. Logits of one seed are
// the same at every sharpness, and those of fewer classes are the first of those of more. The metrics stand under
// the test split, uncalibrated. Its error says what of the theory does not hold.
func Run(config run.Config) (run.Result, error) {
	start := time.Now()
	logits := rng.New(config.Seed(), "logits")
	z := make([]float64, config.Int("data.classes"))
	for k := range z {
		z[k] = logits.Normal()
	}
	p := Softmax(scaled(z, config.Float("data.sharpness")))
	q := Softmax(scaled(z, config.Float("model.sharpness")))
	gamma, epsilon := config.Float("loss.gamma"), config.Float("loss.epsilon")
	values := Evaluate(p, q, gamma, epsilon)
	if err := values.Check(gamma, epsilon); err != nil {
		return run.Result{}, fmt.Errorf("checking the theory: %w", err)
	}
	return run.Result{Metrics: values.metrics(), Seconds: time.Since(start).Seconds()}, nil
}

func scaled(z []float64, sharpness float64) []float64 {
	logits := make([]float64, len(z))
	for k, v := range z {
		logits[k] = sharpness * v
	}
	return logits
}

// metrics names the values as they are recorded.
func (v Values) metrics() []run.Metric {
	var metrics []run.Metric
	for _, m := range []struct {
		name  string
		value float64
	}{
		{"mean_entropy", v.Entropy}, {"kl_divergence", v.Divergence}, {"cross_entropy_true", v.CrossEntropy}, {"entropy_true", v.EntropyTrue},
		{"cross_entropy_uniform", v.CrossEntropyUniform}, {"label_smoothing", v.LabelSmoothing}, {"focal", v.Focal},
		{"entropy_regularised", v.Bound}, {"sharper_bound", v.Sharper},
		{"bound_slack", v.BoundSlack.Value}, {"sharper_slack", v.SharperSlack.Value}, {"bernoulli_slack", v.BernoulliSlack.Value},
		{"bound_slack_least", v.BoundSlack.Least}, {"sharper_slack_least", v.SharperSlack.Least}, {"bernoulli_slack_least", v.BernoulliSlack.Least},
	} {
		metrics = append(metrics, run.Metric{Split: run.Test, Calibration: run.Uncalibrated, Name: m.name, Value: run.Number(m.value)})
	}
	return metrics
}
