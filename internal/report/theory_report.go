package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"experiment/internal/comparison"
)

// buildTheory writes the report of a study of the theory.
func buildTheory(study Study) (Document, error) {
	groups := comparison.GroupRecords(study.Records)
	w := writer{study: study, layout: comparison.Layout{Varying: comparison.VaryingPaths(groups)}, groups: groups, work: "computing"}
	points := theoryPoints(study.Records)
	if err := w.theoryFigures(points); err != nil {
		return Document{}, fmt.Errorf("writing the report of %s: %w", study.Name, err)
	}
	return Document{Markdown: w.theoryMarkdown(points), Files: w.files}, nil
}

// theoryMarkdown writes the document, after the figures have been drawn.
func (w *writer) theoryMarkdown(points []point) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", escape(w.study.Name))
	paragraph(&b, escapeParagraph(w.study.Description))
	paragraph(&b, w.progress())
	if len(points) > 0 {
		b.WriteString("\n## Summary\n")
		for _, sentence := range theorySummary(points) {
			paragraph(&b, sentence)
		}
		b.WriteString("\n## How far focal loss lies above its bounds\n\n")
		b.WriteString(newTheoryTable(points).grid().markdown())
		paragraph(&b, theoryNote)
		theoryLosses(&b, points)
		theorySmoothing(&b, points)
	}
	w.showFigures(&b)
	w.unfinished(&b)
	b.WriteString("\n## What was run\n\n")
	b.WriteString(settingsTable(w.groups, w.study.Records, w.layout.Varying))
	w.provenance(&b)
	b.WriteString("\n## Definitions\n")
	paragraph(&b, theoryDefinitions)
	w.reproduce(&b)
	return []byte(b.String())
}

const theoryNote = "The least slack, focal loss less the bound, over every p, every sharpness and every seed; n runs; in nats. The slack is linear in p, so that " +
	"the least over every p lies at one of the classes. Below 0 the inequality fails. The last column is the slack at the p of the runs, from the least to the greatest."

const theoryDefinitions = "The logits z of K classes are drawn by the seed from the standard normal distribution; p = softmax(t·z) are the labels and q = softmax(s·z) " +
	"is the model, over-confident where s > t. Cross-entropy is CE(p‖q) = -Σ p·ln q, label smoothing CE(p~‖q) with p~ = ε/K + (1-ε)·p, focal loss -Σ p·(1-q)^γ·ln q. Focal loss is at least " +
	"CE - γ·H[q] for every γ ≥ 0, since (1-(1-q)^γ)·(-ln q) ≤ γ·ln q·ln(1-q) ≤ γ·h(q) ≤ γ·H[q], h the binary entropy (Topsøe 2001). The sharper bound is CE - γ·Σ p·ln q·ln(1-q). " +
	"Bernoulli's step, (1-q)^γ ≥ 1 - γ·q, bounds focal loss by CE + γ·Σ p·q·ln q, for γ ≥ 1 only. Every number is computed to a relative error of 1e-12, differences to that of their terms; " +
	"a run of which an inequality or an identity does not hold fails."

// lossDigits is to how many significant digits losses are shown side by side.
const lossDigits = 4

// theoryLosses shows all losses against the sharpness of q at one K, γ, ε and t.
func theoryLosses(b *strings.Builder, points []point) {
	setting := typical(points)
	points = selected(setting.atEveryGamma(points), func(p point) bool { return p.gamma == setting.gamma })
	header := []string{"s", "n", "H[q]", "KL(p‖q)", "CE", "Label smoothing", "Focal", "Sharper bound", "CE - γ·H[q]", "Slack", "Slack of the sharper"}
	names := []string{"mean_entropy", "kl_divergence", "cross_entropy_true", "label_smoothing", "focal", "sharper_bound", "entropy_regularised", "bound_slack", "sharper_slack"}
	var rows [][]string
	for _, s := range distinct(points, sharpnessOf) {
		members := selected(points, func(p point) bool { return p.sharpness == s })
		row := []string{comparison.FormatSetting(s), fmt.Sprint(len(members))}
		for _, name := range names {
			row = append(row, formatSignificant(meanOf(members, name), lossDigits))
		}
		rows = append(rows, row)
	}
	b.WriteString("\n## The losses against the sharpness of q\n")
	paragraph(b, "At "+setting.String()+": means over seeds, in nats. H[p] is "+formatSignificant(meanOf(points, "entropy_true"), lossDigits)+", the least that CE can be.")
	b.WriteString("\n" + pipeTable(header, rightAligned(len(header), 0), rows))
	paragraph(b, leastAt(points))
}

// theorySetting is one K, γ, ε and t.
type theorySetting struct {
	classes               int64
	gamma, epsilon, truth float64
}

// typical returns the setting that stands for all: the middle K and, of ε, t and γ, each time the value that most
// of its points have.
func typical(points []point) theorySetting {
	all := distinct(points, classesOf)
	s := theorySetting{classes: all[len(all)/2]}
	points = selected(points, func(p point) bool { return p.classes == s.classes })
	s.epsilon = commonest(points, epsilonOf)
	gamma := commonest(points, gammaOf)
	points = selected(points, func(p point) bool { return p.epsilon == s.epsilon })
	s.truth = commonest(points, truthOf)
	points = selected(points, func(p point) bool { return p.truth == s.truth })
	if s.gamma = gamma; !slices.Contains(distinct(points, gammaOf), gamma) {
		s.gamma = commonest(points, gammaOf)
	}
	return s
}

// atEveryGamma returns the points of the setting at every γ.
func (s theorySetting) atEveryGamma(points []point) []point {
	return selected(points, func(p point) bool { return p.classes == s.classes && p.epsilon == s.epsilon && p.truth == s.truth })
}

func (s theorySetting) String() string {
	return fmt.Sprintf("K = %d, γ = %s, ε = %s and t = %s", s.classes, comparison.FormatSetting(s.gamma), comparison.FormatSetting(s.epsilon), comparison.FormatSetting(s.truth))
}

func meanOf(points []point, name string) float64 {
	return summaryOf(points, metricOf(name)).Mean
}

// leastAt says at which of the sharpnesses tried each loss is least.
func leastAt(points []point) string {
	all := distinct(points, sharpnessOf)
	if len(all) < 2 {
		return ""
	}
	var parts []string
	for _, loss := range []struct{ name, metric string }{
		{"CE", "cross_entropy_true"}, {"label smoothing", "label_smoothing"}, {"focal loss", "focal"}, {"CE - γ·H[q]", "entropy_regularised"},
	} {
		best := slices.MinFunc(all, func(a, b float64) int {
			at := func(s float64) float64 {
				return meanOf(selected(points, func(p point) bool { return p.sharpness == s }), loss.metric)
			}
			return cmp.Compare(at(a), at(b))
		})
		parts = append(parts, loss.name+" at s = "+comparison.FormatSetting(best))
	}
	return "Least of the sharpnesses tried are " + join(parts) + "; q is p at s = " + comparison.FormatSetting(points[0].truth) + "."
}

// theorySmoothing shows label smoothing and its decomposition, by K and ε.
func theorySmoothing(b *strings.Builder, points []point) {
	header := []string{"K", "ε", "n", "CE(p‖q)", "CE(U‖q)", "CE(p~‖q)", "Greatest difference from ε·CE(U‖q) + (1-ε)·CE(p‖q)"}
	var rows [][]string
	for _, classes := range distinct(points, classesOf) {
		for _, epsilon := range distinct(points, epsilonOf) {
			members := selected(points, func(p point) bool { return p.classes == classes && p.epsilon == epsilon })
			if len(members) == 0 {
				continue
			}
			row := []string{fmt.Sprint(classes), comparison.FormatSetting(epsilon), fmt.Sprint(len(members))}
			for _, name := range []string{"cross_entropy_true", "cross_entropy_uniform", "label_smoothing"} {
				row = append(row, formatRange(extremes(members, metricOf(name))))
			}
			_, greatest := extremes(members, point.smoothingError)
			rows = append(rows, append(row, formatShort(greatest)))
		}
	}
	b.WriteString("\n## Label smoothing and its decomposition\n\n")
	b.WriteString(pipeTable(header, rightAligned(len(header), 0), rows))
}

// rightAligned returns the alignment of so many columns, of which the first ones hold words.
func rightAligned(columns, words int) []bool {
	return slices.Concat(make([]bool, words), slices.Repeat([]bool{true}, columns-words))
}
