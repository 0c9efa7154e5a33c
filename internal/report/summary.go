package report

import (
	"fmt"
	"slices"
	"strings"

	"experiment/internal/comparison"
)

// summary writes what the tables show, where there is anything to say.
func summary(b *strings.Builder, c Comparison) {
	for i, sentences := range summaries(c) {
		if i == 0 {
			b.WriteString("\n## Summary\n")
		}
		paragraph(b, sentences)
	}
}

// summaries says in three sentences for each table what its numbers show, and no more than was tested.
func summaries(c Comparison) []string {
	var paragraphs []string
	for _, table := range c.Tables {
		t := prose{table}
		before := t.before()
		sentences := []string{before, t.after(before != ""), t.cost(), t.caveat()}
		text := strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
		if name := comparison.Title(t.Settings); name != "" && text != "" {
			text = "**" + escape(name) + "**: " + text
		}
		if text != "" {
			paragraphs = append(paragraphs, text)
		}
	}
	return paragraphs
}

// prose is a table that sentences are written from.
type prose struct{ comparison.Table }

// before says which row has the lowest ECE before temperature scaling, and how it compares.
func (t prose) before() string {
	column := t.Column("ece")
	best := t.best(column)
	if best < 0 {
		return ""
	}
	text := fmt.Sprintf("%s has the lowest ECE before temperature scaling (%s)", t.leader(best, column), t.value(best, column))
	switch {
	case t.Against == nil:
		return text + t.amongBest(column) + "."
	case best == t.Against.Baseline:
		if t.tested() {
			text += "; " + t.differing(column)
		}
		return text + "."
	}
	text += fmt.Sprintf(", against %s for %s: ", t.value(t.Against.Baseline, column), t.name(t.Against.Baseline))
	return text + t.difference(best, column) + "."
}

// after says what is left of the differences after temperature scaling, which may have been named before.
func (t prose) after(named bool) string {
	ece, nll := t.Column("ece_scaled"), t.Column("nll_scaled")
	parts := []string{t.differingAfter(ece, nll), t.lowestAfter(ece, nll)}
	text := strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
	switch {
	case text == "":
		return ""
	case named:
		return "After it, " + text + "."
	}
	return "After temperature scaling, " + text + "."
}

// lowestAfter says which rows have the lowest ECE and the lowest NLL.
func (t prose) lowestAfter(ece, nll int) string {
	bestECE, bestNLL := t.best(ece), t.best(nll)
	switch {
	case bestECE < 0 && bestNLL < 0:
		return ""
	case bestECE < 0:
		return fmt.Sprintf("%s has the lowest NLL (%s)", t.leader(bestNLL, nll), t.value(bestNLL, nll))
	}
	text := fmt.Sprintf("%s has the lowest ECE (%s)", t.leader(bestECE, ece), t.value(bestECE, ece))
	switch {
	case bestNLL < 0:
		return text
	case bestECE == bestNLL && t.leader(bestECE, ece) == t.leader(bestNLL, nll):
		return text + fmt.Sprintf(" and the lowest NLL (%s)", t.value(bestNLL, nll))
	}
	return text + fmt.Sprintf(", and %s the lowest NLL (%s)", t.leader(bestNLL, nll), t.value(bestNLL, nll))
}

// cost says what the lowest ECE costs in accuracy, and which models are too confident.
func (t prose) cost() string {
	var parts []string
	if text := t.accuracy(); text != "" {
		parts = append(parts, text)
	}
	if text := t.temperatures(); text != "" {
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return ""
	}
	text := strings.Join(parts, "; ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// accuracy compares the accuracy of the row with the lowest ECE with the baseline's; without one it says how far apart all lie.
func (t prose) accuracy() string {
	column, best := t.Column("accuracy"), t.best(t.Column("ece"))
	if column < 0 || len(t.Rows) < 2 {
		return ""
	}
	if t.Against != nil && best >= 0 && best != t.Against.Baseline {
		return fmt.Sprintf("the accuracy of %s is %s, against %s for %s: %s",
			t.name(best), t.value(best, column), t.value(t.Against.Baseline, column), t.name(t.Against.Baseline), t.difference(best, column))
	}
	low, high := t.extremes(column)
	if low < 0 || low == high {
		return ""
	}
	return fmt.Sprintf("accuracy lies between %s (%s) and %s (%s)", t.value(low, column), t.name(low), t.value(high, column), t.name(high))
}

// caveat says that nothing was tested, where that is so.
func (t prose) caveat() string {
	if len(t.Rows) < 2 || t.tested() {
		return ""
	}
	because := comparison.MarksOf([]comparison.Table{t.Table}).Because
	if slices.Contains(t.Axes, "data.name") {
		because = "the rows are of different data sets"
	}
	if because == "" {
		return "Nothing was tested."
	}
	return "Nothing was tested, since " + because + "."
}

// difference writes how a row differs from the baseline, and whether that was tested and significant.
func (t prose) difference(row, column int) string {
	d, c := t.Against.Differences[row][column], t.Columns[column]
	if d.N == 0 {
		return "not compared, since " + d.Untested
	}
	text := "a difference of " + c.FormatDifference(d)
	if c.Percent {
		text += " points"
	}
	switch {
	case !t.tested():
		return text
	case d.Untested != "":
		return text + ", not tested, since " + d.Untested
	}
	text += " (95 % interval " + c.FormatDifferenceInterval(d) + ")"
	p := comparison.FormatP(d.Holm)
	if !strings.HasPrefix(p, "<") {
		p = "= " + p
	}
	verdict := "is not significant"
	if d.Significant(t.Against.Level) {
		verdict = "is significant"
	}
	return text + ", which " + verdict + " (p " + escape(p) + " after Holm's correction)"
}
