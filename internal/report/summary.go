package report

import (
	"fmt"
	"math"
	"strings"

	"experiment/internal/comparison"
)

// summaries says in a few sentences for each table what its numbers show, and no more than that.
func summaries(c Comparison) []string {
	var paragraphs []string
	for _, table := range c.Tables {
		t := prose{table}
		var sentences []string
		for _, s := range []string{t.lowest("ece", "ECE before temperature scaling"), t.afterScaling(), t.temperatures(), t.accuracies()} {
			if s != "" {
				sentences = append(sentences, s)
			}
		}
		text := strings.Join(sentences, " ")
		if name := comparison.Title(t.Settings); name != "" && text != "" {
			text = "**" + escape(name) + "**: " + text
		}
		if text != "" {
			paragraphs = append(paragraphs, text)
		}
	}
	return paragraphs
}

// baseline is the loss that others are set against.
const baseline = "cross_entropy"

// prose is a table that sentences are written from.
type prose struct{ comparison.Table }

// column returns the index of a column, -1 where the table lacks it.
func (t prose) column(name string) int {
	for i, c := range t.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// value writes a cell with its unit and what it rests on: "4.31 ± 0.21 %", "4.31 % with one seed".
func (t prose) value(row, column int) string {
	c, cell := t.Columns[column], t.Rows[row].Cells[column]
	text := c.FormatCell(cell)
	if c.Percent {
		text += " %"
	}
	if cell.N == 1 {
		text += " with one seed"
	}
	return text
}

// name names a row within its table.
func (t prose) name(row int) string {
	words := []string{t.Rows[row].Label}
	for i, v := range t.Rows[row].Values {
		if v != "" {
			words = append(words, t.Axes[i]+" "+v)
		}
	}
	return escape(strings.Join(words, ", "))
}

// best lists the rows that are marked best in a column.
func (t prose) best(column int) []int {
	var rows []int
	for i, row := range t.Rows {
		if row.Cells[column].Best {
			rows = append(rows, i)
		}
	}
	return rows
}

// lowest names who is best in a column of errors, and what the baseline has instead.
func (t prose) lowest(name, what string) string {
	column := t.column(name)
	if column < 0 {
		return ""
	}
	rows := t.best(column)
	switch {
	case len(rows) == 0:
		return ""
	case len(rows) == len(t.Rows):
		return fmt.Sprintf("All rows read the same in %s (%s).", what, t.value(rows[0], column))
	}
	text := fmt.Sprintf("%s has the lowest %s (%s)", t.name(rows[0]), what, t.value(rows[0], column))
	if len(rows) > 1 {
		names := make([]string, len(rows))
		for i, r := range rows {
			names[i] = t.name(r)
		}
		text = fmt.Sprintf("%s share the lowest %s (%s)", join(names), what, t.value(rows[0], column))
	}
	if b := t.baselineRow(); b >= 0 && !t.Rows[b].Cells[column].Best && t.Rows[b].Cells[column].N > 0 {
		text += fmt.Sprintf(", against %s for %s", t.value(b, column), t.name(b))
		if t.close(rows[0], b, column) {
			text += ", which is within one standard deviation"
		}
	}
	return text + "."
}

// close says whether two means differ by no more than the wider of their spreads.
func (t prose) close(a, b, column int) bool {
	x, y := t.Rows[a].Cells[column], t.Rows[b].Cells[column]
	distance := math.Abs(x.Mean - y.Mean)
	return distance <= x.SD || distance <= y.SD
}

// baselineRow returns the only row of the baseline, -1 where there is none or more than one.
func (t prose) baselineRow() int {
	found := -1
	for i, row := range t.Rows {
		if row.Loss != baseline {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

func (t prose) afterScaling() string {
	ece := t.lowest("ece_scaled", "ECE after temperature scaling")
	nll := t.lowest("nll_scaled", "NLL after it")
	return strings.TrimSpace(ece + " " + nll)
}

// temperatures says which losses left the model over-confident on validation, by the fitted temperature.
func (t prose) temperatures() string {
	column := t.column("temperature")
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
	return "The fitted temperature is " + strings.Join(parts, ", and ") + "."
}

// accuracies says how far apart the accuracies lie.
func (t prose) accuracies() string {
	column := t.column("accuracy")
	if column < 0 || len(t.Rows) < 2 {
		return ""
	}
	low, high := -1, -1
	for i, row := range t.Rows {
		cell := row.Cells[column]
		if cell.N == 0 || !(cell.Mean >= 0) {
			continue
		}
		if low < 0 || cell.Mean < t.Rows[low].Cells[column].Mean {
			low = i
		}
		if high < 0 || cell.Mean > t.Rows[high].Cells[column].Mean {
			high = i
		}
	}
	if low < 0 || low == high {
		return ""
	}
	return fmt.Sprintf("Accuracy lies between %s (%s) and %s (%s).", t.value(low, column), t.name(low), t.value(high, column), t.name(high))
}

// join lists names as a sentence does.
func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
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
