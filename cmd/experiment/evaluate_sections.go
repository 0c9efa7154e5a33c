package main

import (
	"strings"

	"experiment/internal/evaluation"
)

// writeSections writes tables for people with a column for each model, what was measured as given and after a
// calibration below each other: with their intervals they are too wide to stand side by side.
func (p *program) writeSections(result evaluation.Result) error {
	page := p.newPage()
	var facts [][2]string
	for _, l := range factLines(result) {
		facts = append(facts, [2]string{l.name, showValue(l.value)})
	}
	page.heading("Evaluation")
	page.pairs(facts)
	names := make([]string, len(result.Models))
	columns := make([][]metricLine, len(result.Models))
	for i, m := range result.Models {
		names[i], columns[i] = firstOf(m.Name, "value"), modelLines(m, result.Losses)
	}
	page.comparison("As given", names, columns, false)
	if result.Method != "" {
		page.comparison(strings.ToUpper(afterwards(result.Method)[:1])+afterwards(result.Method)[1:], names, columns, true)
	}
	if len(result.Differences) > 0 {
		names, columns = names[1:], nil
		for i := range result.Differences {
			columns = append(columns, differenceLines(result, i))
		}
		page.comparison("Difference from "+result.Models[0].Name, names, columns, false)
		if result.Method != "" {
			page.comparison("Difference from "+result.Models[0].Name+" "+afterwards(result.Method), names, columns, true)
		}
	}
	return page.flush()
}

// differenceLines are how much a model differs from the first.
func differenceLines(result evaluation.Result, i int) []metricLine {
	d := result.Differences[i]
	var lines []metricLine
	for j, m := range d.Metrics {
		l := metricLine{name: m.Name, value: m.Value, interval: m.Interval}
		if d.Fitted != nil {
			l.scaled, l.scaledInterval = d.Fitted[j].Value, d.Fitted[j].Interval
		}
		lines = append(lines, l)
	}
	for j, loss := range result.Losses {
		lines = append(lines, metricLine{name: "loss " + loss, value: d.Losses[j]})
	}
	return lines
}

// comparison writes a section with a row for each line and a column for each model, as given or scaled. Rows
// that no model has a value in are left out.
func (g *page) comparison(title string, names []string, models [][]metricLine, scaled bool) {
	columns := []column{{name: "metric"}}
	for _, name := range names {
		columns = append(columns, column{name: name, right: true})
	}
	var rows [][]any
	for _, name := range lineNames(models) {
		row, known := []any{name}, false
		for _, lines := range models {
			value, interval := lineNamed(lines, name).side(scaled)
			text := showValue(value)
			if b := bracket(interval); b != "" {
				text += " " + b
			}
			row, known = append(row, text), known || value != nil
		}
		if known {
			rows = append(rows, row)
		}
	}
	g.section(title)
	g.table(table{columns: columns, rows: rowsOf(rows)})
}

// side returns the value as given, or after what was fitted.
func (l metricLine) side(scaled bool) (any, *evaluation.Interval) {
	if scaled {
		return l.scaled, l.scaledInterval
	}
	return l.value, l.interval
}

// lineNames lists the names of all models' lines in their order.
func lineNames(models [][]metricLine) []string {
	var names []string
	seen := map[string]bool{}
	for _, lines := range models {
		for _, l := range lines {
			if !seen[l.name] {
				seen[l.name] = true
				names = append(names, l.name)
			}
		}
	}
	return names
}

// lineNamed returns the line of a name, an empty one where there is none.
func lineNamed(lines []metricLine, name string) metricLine {
	for _, l := range lines {
		if l.name == name {
			return l
		}
	}
	return metricLine{}
}

// longTable has a row for each model, calibration and metric; of all models where model is empty.
func longTable(result evaluation.Result) table {
	var rows [][]any
	for _, l := range factLines(result) {
		rows = append(rows, []any{nil, nil, l.name, l.value, nil, nil, nil, nil, nil})
	}
	for i, m := range result.Models {
		var differences []metricLine
		if i > 0 {
			differences = differenceLines(result, i-1)
		}
		for _, scaled := range []bool{false, true} {
			rows = append(rows, longRows(m, result, differences, scaled)...)
		}
	}
	t := table{rows: rowsOf(rows)}
	for _, name := range []string{"model", "calibration", "metric", "value", "lower", "upper", "difference", "difference_lower", "difference_upper"} {
		t.columns = append(t.columns, column{name: name})
	}
	return t
}

// longRows are the rows of a model as given, or after what was fitted.
func longRows(m evaluation.Measured, result evaluation.Result, differences []metricLine, scaled bool) [][]any {
	calibration := "none"
	if scaled {
		calibration = "temperature"
		if result.Method == evaluation.Vector {
			calibration = "vector"
		}
	}
	var rows [][]any
	for _, l := range modelLines(m, result.Losses) {
		value, interval := l.side(scaled)
		if value == nil {
			continue
		}
		difference, between := lineNamed(differences, l.name).side(scaled)
		row := append([]any{m.Name, calibration, l.name, value}, ends(interval)...)
		rows = append(rows, append(append(row, difference), ends(between)...))
	}
	return rows
}
