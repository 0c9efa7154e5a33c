package main

import (
	"fmt"
	"slices"
	"strconv"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// writeCompared prints tables: for people one for each metric and section with what is to be known of it, else one
// record for each row and metric.
func (p *program) writeCompared(request compareRequest, tables []comparison.Table) error {
	if !p.format.forPeople() {
		records, err := comparedRecords(request, tables)
		if err != nil {
			return err
		}
		return p.write(records)
	}
	if len(tables) == 0 {
		return nil
	}
	page := p.newPage()
	rankings := comparison.Rankings(tables)
	first := true
	for _, column := range request.columns {
		for _, t := range tables {
			k := t.Column(column.Name)
			if k < 0 {
				continue
			}
			if !first {
				page.blank()
			}
			first = false
			page.comparedTable(t, k, request.level)
		}
		for _, r := range rankings {
			if r.Column.Name == column.Name {
				page.blank()
				page.ranking(r)
			}
		}
	}
	for _, note := range compareNotes(request, tables, p.markOfBest()) {
		page.blank()
		page.folded("", 0, note)
	}
	return page.flush()
}

// meanCell is a mean with its spread, and whether it is marked as best.
type meanCell struct {
	text string
	best bool
}

// comparedTable writes a column of a table: its rows, and what is to be known of them.
func (g *page) comparedTable(t comparison.Table, k int, level float64) {
	g.heading(tableHeading(t, k))
	g.table(g.comparedCells(t, k, level))
	g.notes(t.Footnotes(append(t.Warnings(k), t.DifferenceWarnings(k)...)))
}

// comparedCells has a row for each row of a table, and its columns for one of the metrics.
func (g *page) comparedCells(t comparison.Table, k int, level float64) table {
	columns := []column{{name: "loss", elide: elideMiddle}}
	for _, path := range t.Axes {
		columns = append(columns, column{name: path})
	}
	columns = append(columns, column{name: "n", right: true},
		column{name: "mean ± sd", right: true, show: g.showMean, paint: paintBest},
		column{name: levelOf(level) + " interval", right: true, spare: true})
	if set(t) {
		columns = append(columns, column{name: "difference", right: true}, column{name: "its interval", right: true},
			column{name: "p", right: true}, column{name: "sign-flip p", right: true, spare: true}, column{name: "effect", right: true, spare: true})
	}
	var rows [][]any
	for i := range t.Rows {
		rows = append(rows, comparedRow(t, i, k, level))
	}
	return table{columns: columns, rows: rowsOf(rows)}
}

// set says whether rows of a table are set against a baseline.
func set(t comparison.Table) bool { return t.Against != nil && len(t.Rows) > 1 }

// tableHeading names a metric and what sets the table apart.
func tableHeading(t comparison.Table, k int) string {
	c := t.Columns[k]
	text := c.Header
	switch c.Better {
	case comparison.Lower:
		text += ", lower is better"
	case comparison.Higher:
		text += ", higher is better"
	}
	if title := comparison.Title(t.Settings); title != "" {
		text = title + ": " + text
	}
	return text
}

func comparedRow(t comparison.Table, i, k int, level float64) []any {
	row, c := t.Rows[i], t.Columns[k]
	cell := row.Cells[k]
	values := []any{row.Label}
	for _, v := range row.Values {
		values = append(values, v)
	}
	values = append(values, seedCount(row, cell), meanCell{c.FormatCell(cell), cell.Best}, c.FormatInterval(cell, cell.Interval(level)))
	switch {
	case !set(t):
		return values
	case i == t.Against.Baseline:
		return append(values, "baseline", "", "", "", "")
	}
	d := t.Against.Differences[i][k]
	return append(values, c.FormatDifference(d), c.FormatDifferenceInterval(d), comparison.FormatP(d.Holm), d.FormatSignFlip(),
		comparison.FormatEffect(d.Effect))
}

// seedCount says over how many seeds a mean is, and how many runs are not finished.
func seedCount(row comparison.Row, cell comparison.Cell) string {
	switch {
	case row.N == row.Planned:
		return strconv.Itoa(cell.N)
	case row.N == cell.N:
		return fmt.Sprintf("%d of %d", row.N, row.Planned)
	}
	return fmt.Sprintf("%d (%d of %d runs)", cell.N, row.N, row.Planned)
}

// showMean writes a mean; without colours the best have a star, and the others room for one.
func (g *page) showMean(value any) string {
	m, ok := value.(meanCell)
	switch {
	case !ok:
		return ""
	case g.markdown || g.program.color:
		return m.text
	case m.best:
		return m.text + "*"
	}
	return m.text + " "
}

func paintBest(value any) string {
	if m, ok := value.(meanCell); ok && m.best {
		return bold
	}
	return ""
}

// markOfBest is how tables for people mark the best.
func (p *program) markOfBest() string {
	if p.format == formatMarkdown || p.color {
		return "Bold"
	}
	return "*"
}

// ranking writes how rows rank over data sets.
func (g *page) ranking(r comparison.Ranking) {
	g.heading(r.Column.Title() + ", average ranks over " + plural(r.Friedman.Blocks, "table", "tables"))
	var rows [][]any
	for i, name := range r.Rows {
		rows = append(rows, []any{name, strconv.FormatFloat(r.Ranks[i], 'f', 2, 64)})
	}
	g.table(table{columns: []column{{name: "loss", elide: elideMiddle}, {name: "rank", right: true}}, rows: rowsOf(rows)})
	notes := []string{fmt.Sprintf("Friedman test: χ² = %.3g, p = %s; F of Iman and Davenport, less conservative: %.3g, p = %s. 1 is the best rank.",
		r.Statistic, comparison.FormatP(r.P), r.ImanDavenport, comparison.FormatP(r.ImanP))}
	if len(r.Left) > 0 {
		notes = append(notes, "Not ranked, since some tables lack them: "+comparison.List(r.Left)+".")
	}
	g.notes(notes)
}

// notes writes footnotes below a table.
func (g *page) notes(notes []string) {
	for _, note := range notes {
		if g.markdown {
			g.blank()
			g.folded("", 0, note)
			continue
		}
		g.indented(note)
	}
}

// compareNotes explain what stands in the tables.
func compareNotes(request compareRequest, tables []comparison.Table, mark string) []string {
	what := "Metrics of the " + string(request.split) + " split"
	if request.columns[0].Calibration != run.Uncalibrated {
		what += " after the calibration " + string(request.columns[0].Calibration)
	}
	what += ". Mean ± standard deviation over n seeds, with Student's interval."
	if note := bestNote(tables, mark); note != "" {
		what += " " + note
	}
	if request.baseline == "" {
		return []string{what}
	}
	return []string{what, againstNote(request, tables)}
}

// bestNote explains the mark of the best, and is empty where nothing is marked.
func bestNote(tables []comparison.Table, mark string) string {
	marks := comparison.MarksOf(tables)
	switch {
	case !marks.Any:
		return ""
	case !marks.Tested:
		return mark + ": the best mean; nothing was tested, since " + marks.Because + "."
	}
	note := mark + ": the best mean, and every other that does not differ from it significantly (paired t-test, Holm's correction over the table, level 0.05)."
	if marks.Left {
		note += " What could not be tested is not marked."
	}
	return note
}

// againstNote explains what stands beside the means where there is a baseline.
func againstNote(request compareRequest, tables []comparison.Table) string {
	var families []int
	for _, t := range tables {
		if t.Against != nil {
			families = append(families, t.Against.Family...)
		}
	}
	slices.Sort(families)
	families = slices.Compact(families)
	switch {
	case !slices.ContainsFunc(tables, set):
		return "There is no other row to set against the baseline."
	case families[len(families)-1] == 0:
		return "Differences are those from the baseline. No test was made: the footnotes say why."
	}
	count := ""
	if len(families) == 1 {
		count = fmt.Sprintf(" (%d)", families[0])
	}
	return fmt.Sprintf("Differences are those from the baseline over the seeds that both have, in percentage points where the mean is in per cent. p: paired t-test "+
		"after Holm's correction over all tests of a metric here%s; a difference is significant where p ≤ %s. The intervals and the exact sign-flip p are not corrected. Effect: Hedges' g of the differences.",
		count, strconv.FormatFloat(1-request.level, 'g', 3, 64))
}

func levelOf(level float64) string { return strconv.FormatFloat(100*level, 'g', 6, 64) + " %" }
