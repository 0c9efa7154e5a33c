package report

import (
	"fmt"
	"math"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// posteriorColumns are the columns for data whose posterior p is known.
func posteriorColumns() []comparison.Column {
	return []comparison.Column{
		comparison.Decimal("nll", "NLL", "nll", plain, comparison.Lower, 4),
		comparison.Decimal("cross_entropy_true", "CE(p‖q)", "cross_entropy_true", plain, comparison.Lower, 4),
		comparison.Decimal("entropy_true", "H[p]", "entropy_true", plain, comparison.Neither, 4),
		comparison.Decimal(excessColumn, "CE(p‖q) - H[p]", "", plain, comparison.Lower, 4),
		comparison.Decimal("kl_divergence", "KL(p‖q)", "kl_divergence", plain, comparison.Lower, 4),
		comparison.Percentage("true_calibration_error", "True calibration error (%)", "true_calibration_error", plain, comparison.Lower),
		comparison.Decimal("kl_divergence_scaled", "KL(p‖q) after T", "kl_divergence", scaled, comparison.Lower, 4),
		comparison.Percentage("true_calibration_error_scaled", "True calibration error after T (%)", "true_calibration_error", scaled, comparison.Lower),
	}
}

// excessColumn names the column of the cross-entropy above its least, which is not recorded.
const excessColumn = "cross_entropy_excess"

// ofPosterior reads a column of the comparison with the true distribution; a run without one has none.
func ofPosterior(c comparison.Column, r *run.Record) (float64, bool) {
	entropy, ok := r.Attempt.Result.Value(run.Test, c.Calibration, "entropy_true")
	if !ok {
		return 0, false
	}
	if c.Name == excessColumn {
		crossEntropy, ok := r.Attempt.Result.Value(run.Test, c.Calibration, "cross_entropy_true")
		return crossEntropy - entropy, ok
	}
	return comparison.OfTest(c, r)
}

// posterior writes the comparison with the true distribution, where the data have a known one.
func (w *writer) posterior(b *strings.Builder) {
	c := Comparison{Tables: comparison.Tables(w.layout, w.groups, posteriorColumns(), ofPosterior)}
	if c.Empty() {
		return
	}
	b.WriteString("\n## Against the known posterior\n\n")
	b.WriteString(c.Markdown())
	paragraph(b, "p is the true distribution of the label given the example, q the model's, in nats: KL(p‖q) = CE(p‖q) - H[p], so no model "+
		"has a CE(p‖q) below H[p]. The NLL is CE(p‖q) as estimated from the labels, which were drawn from p. "+
		"The true calibration error is the ECE with each hit replaced by p at the predicted class.")
	paragraph(b, w.identityNote())
}

// identityNote says how nearly KL(p‖q) = CE(p‖q) - H[p] holds between the recorded numbers, which were computed apart.
func (w *writer) identityNote() string {
	largest, at, checked := 0.0, "", 0
	for _, g := range w.groups {
		for _, r := range g.Records {
			for _, m := range r.Attempt.Result.Metrics {
				if m.Name != "kl_divergence" {
					continue
				}
				crossEntropy, known := r.Attempt.Result.Value(m.Split, m.Calibration, "cross_entropy_true")
				entropy, knownToo := r.Attempt.Result.Value(m.Split, m.Calibration, "entropy_true")
				distance := math.Abs(float64(m.Value) - (crossEntropy - entropy))
				if !known || !knownToo || !isFinite(distance) {
					continue
				}
				checked++
				if distance >= largest {
					largest, at = distance, w.layout.NameOf(g)
				}
			}
		}
	}
	if checked == 0 {
		return ""
	}
	finding := fmt.Sprintf("they differ by at most %.1e nats (%s)", largest, escape(at))
	if largest == 0 {
		finding = "they are the same to the last digit"
	}
	return fmt.Sprintf("KL(p‖q) and CE(p‖q) - H[p] are computed apart. Over every run, split and calibration, %s pairs, %s.", thousands(checked), finding)
}
