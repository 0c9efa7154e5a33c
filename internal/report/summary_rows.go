package report

import (
	"fmt"
	"slices"
	"strings"

	"experiment/internal/comparison"
)

// name names a row in Markdown.
func (t prose) name(row int) string { return escape(t.Name(row)) }

// value writes a cell with its unit: "4.31 ± 0.21 %". Beside others that were tested, one seed is said to be one.
func (t prose) value(row, column int) string {
	c, cell := t.Columns[column], t.Rows[row].Cells[column]
	text := c.FormatCell(cell)
	if c.Percent {
		text += " %"
	}
	if cell.N == 1 && t.tested() {
		text += " with one seed"
	}
	return text
}

// tested says whether any test was made, of the best of a column or against the baseline.
func (t prose) tested() bool {
	return slices.Contains(t.Tested, true) || t.Against != nil && anyTest(t.Table)
}

// best returns the row with the best mean of a column, of equals the baseline or else the first; -1 where none is marked.
func (t prose) best(column int) int {
	best := -1
	for i, row := range t.Rows {
		if column >= 0 && row.Cells[column].Best && (best < 0 || t.Columns[column].IsBetter(row.Cells[column].Mean, t.Rows[best].Cells[column].Mean)) {
			best = i
		}
	}
	if best >= 0 && t.Against != nil && t.Rows[t.Against.Baseline].Cells[column].Mean == t.Rows[best].Cells[column].Mean {
		return t.Against.Baseline
	}
	return best
}

// leader names the row with the best mean of a column, and those that have the same.
func (t prose) leader(best, column int) string {
	var level []string
	for i, row := range t.Rows {
		if i != best && row.Cells[column].Mean == t.Rows[best].Cells[column].Mean {
			level = append(level, t.name(i))
		}
	}
	switch {
	case len(level) == 0:
		return t.name(best)
	case len(level) == len(t.Rows)-1 && len(level) > 1:
		return t.name(best) + ", level with all others,"
	}
	return t.name(best) + ", level with " + some(level, len(t.Rows)) + ","
}

// amongBest says how many other rows do not differ significantly from the best of a column.
func (t prose) amongBest(column int) string {
	if !t.Tested[column] {
		return ""
	}
	others := -1
	for _, row := range t.Rows {
		if row.Cells[column].Best {
			others++
		}
	}
	switch others {
	case 0:
		return ", significantly below all others that could be tested"
	case 1:
		return "; 1 other does not differ from it significantly"
	}
	return fmt.Sprintf("; %d others do not differ from it significantly", others)
}

// tests counts the rows that were tested against the baseline in a column; none where there is no such.
func (t prose) tests(column int) int {
	if t.Against == nil || column < 0 {
		return 0
	}
	n := 0
	for _, differences := range t.Against.Differences {
		if differences[column].Untested == "" {
			n++
		}
	}
	return n
}

// significant counts the rows that differ significantly from the baseline in a column.
func (t prose) significant(column int) int {
	n := 0
	for _, differences := range t.Against.Differences {
		if differences[column].Significant(t.Against.Level) {
			n++
		}
	}
	return n
}

// differing says how many rows differ from the baseline in a column: "2 of 5 losses differ significantly from cross_entropy".
func (t prose) differing(column int) string {
	one, several := "loss", "losses"
	if len(t.Axes) > 0 {
		one, several = "row", "rows"
	}
	from := " significantly from " + t.name(t.Against.Baseline)
	switch n, tests := t.significant(column), t.tests(column); {
	case tests == 0:
		return "nothing was tested against " + t.name(t.Against.Baseline)
	case n == 0:
		return "no " + one + " differs" + from
	case n == 1 && tests == 1:
		return "the other " + one + " differs" + from
	case n == 1:
		return fmt.Sprintf("1 of %d %s differs", tests, several) + from
	case n == tests:
		return fmt.Sprintf("all %d %s differ", tests, several) + from
	default:
		return fmt.Sprintf("%d of %d %s differ", n, tests, several) + from
	}
}

// differingAfter says how many rows differ from the baseline in ECE and in NLL, of those that were tested.
func (t prose) differingAfter(ece, nll int) string {
	switch inECE, inNLL := t.tests(ece), t.tests(nll); {
	case inECE == 0 && inNLL == 0:
		return ""
	case inNLL == 0:
		return t.differing(ece) + " in ECE"
	case inECE == 0:
		return t.differing(nll) + " in NLL"
	case inECE == inNLL:
		return t.differing(ece) + " in ECE" + t.alsoDiffering(ece, nll) + " in NLL"
	}
	return t.differing(ece) + " in ECE, and " + t.differing(nll) + " in NLL"
}

// alsoDiffering goes on from how many rows differ in one column to how many differ in another.
func (t prose) alsoDiffering(before, column int) string {
	switch n, tests := t.significant(column), t.tests(column); {
	case n == 0 && t.significant(before) == 0:
		return " or"
	case n == 0:
		return ", and none does"
	case n == 1:
		return ", and 1 does"
	case n == tests:
		return ", and all do"
	default:
		return fmt.Sprintf(", and %d do", n)
	}
}

// extremes returns the rows with the least and the greatest mean of a column, -1 where there is none.
func (t prose) extremes(column int) (low, high int) {
	low, high = -1, -1
	for i, row := range t.Rows {
		mean := row.Cells[column].Mean
		if !isFinite(mean) {
			continue
		}
		if low < 0 || mean < t.Rows[low].Cells[column].Mean {
			low = i
		}
		if high < 0 || mean > t.Rows[high].Cells[column].Mean {
			high = i
		}
	}
	return low, high
}

// temperatures says which losses left the model over-confident on validation, by the fitted temperature.
func (t prose) temperatures() string {
	column := t.Column("temperature")
	if column < 0 {
		return ""
	}
	var above, below []string
	for i, row := range t.Rows {
		cell := row.Cells[column]
		switch {
		case cell.N > 0 && cell.Min > 1:
			above = append(above, t.name(i))
		case cell.N > 0 && cell.Max < 1:
			below = append(below, t.name(i))
		}
	}
	var parts []string
	if len(above) > 0 {
		parts = append(parts, "above 1 (over-confident) with every seed of "+some(above, len(t.Rows)))
	}
	if len(below) > 0 {
		parts = append(parts, "below 1 (under-confident) with every seed of "+some(below, len(t.Rows)))
	}
	if len(parts) == 0 {
		return ""
	}
	return "the fitted temperature is " + strings.Join(parts, ", and ")
}

// join lists names as a sentence does.
func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	between, last := comparison.Separator(names), " and "
	if between != ", " {
		last = between + "and "
	}
	return strings.Join(names[:len(names)-1], between) + last + names[len(names)-1]
}

// some lists names, or counts them where they are many.
func some(names []string, of int) string {
	const most = 4
	switch {
	case len(names) == of && of > 1:
		return fmt.Sprintf("all %d rows", of)
	case len(names) > most:
		return fmt.Sprintf("%d of %d rows", len(names), of)
	}
	return join(names)
}
