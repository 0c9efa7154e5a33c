package report

import (
	"fmt"
	"slices"
	"strings"

	"experiment/internal/comparison"
)

// summaries says in three sentences for each table what its numbers show, and no more than was tested.
func summaries(c Comparison) []string {
	var paragraphs []string
	for _, table := range c.Tables {
		t := prose{table}
		sentences := []string{t.before(), t.after(), t.cost(), t.caveat()}
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
	text := fmt.Sprintf("%s has the lowest ECE before temperature scaling (%s)", t.name(best), t.value(best, column))
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

// after says what is left of the differences after temperature scaling.
func (t prose) after() string {
	ece, nll := t.Column("ece_scaled"), t.Column("nll_scaled")
	bestECE, bestNLL := t.best(ece), t.best(nll)
	if bestECE < 0 || bestNLL < 0 {
		return ""
	}
	lowest := fmt.Sprintf("%s has the lowest ECE (%s)", t.name(bestECE), t.value(bestECE, ece))
	if bestECE == bestNLL {
		lowest += fmt.Sprintf(" and the lowest NLL (%s)", t.value(bestNLL, nll))
	} else {
		lowest += fmt.Sprintf(", and %s the lowest NLL (%s)", t.name(bestNLL), t.value(bestNLL, nll))
	}
	if t.Against == nil || t.tests(ece)+t.tests(nll) == 0 {
		return "After it, " + lowest + "."
	}
	return "After it, " + t.differing(ece) + " in ECE" + t.alsoDiffering(ece, nll) + " in NLL; " + lowest + "."
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
	return "Nothing was tested, since no two seeds are shared."
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
