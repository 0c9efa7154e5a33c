package report

import (
	"slices"

	"experiment/internal/run"
	"experiment/internal/stats"
)

// Comparison is what a study found, as tables apart from how they are printed.
type Comparison struct {
	Tables []Table     // of what was trained
	Theory TheoryTable // of what the theory says
}

// Table compares what was trained in the same way: one row for each label.
type Table struct {
	Settings []Setting // what sets it apart from the other tables of a comparison
	Axes     []string  // paths of settings that rows differ in, told by columns of their own
	Columns  []Column
	Rows     []Row
}

// Row is what the seeds of one configuration gave.
type Row struct {
	Label   string
	Loss    string
	Values  []string // of the settings in Axes, empty where there is none
	N       int      // finished runs
	Planned int      // runs of every status
	Cells   []Cell   // one for each column
}

// Cell summarises a metric over the seeds of a row, in fractions and nats. Its N is less than the row's
// where runs lack the metric.
type Cell struct {
	stats.Summary
	Best bool
}

// Compare summarises the finished runs among records, which are in the order of their sweep.
func Compare(records []run.Record) Comparison {
	groups := groupRecords(slices.DeleteFunc(slices.Clone(records), isTheory))
	c := compare(newLayout(groups), groups, comparisonColumns(), ofTest)
	c.Theory = newTheoryTable(theoryPoints(records))
	return c
}

// Empty says whether there was no finished run.
func (c Comparison) Empty() bool { return len(c.Tables)+len(c.Theory.Rows) == 0 }

// reading is how a column reads a run: its value, and whether there is one.
type reading func(c Column, r run.Record) (float64, bool)

// ofTest reads the metric of a column on the test split.
func ofTest(c Column, r run.Record) (float64, bool) {
	return r.Attempt.Result.Value(run.Test, c.Calibration, c.Metric)
}

func compare(l layout, groups []*group, columns []Column, read reading) Comparison {
	var c Comparison
	for _, s := range l.sections(finished(groups)) {
		if t := newTable(l, s, columns, read); len(t.Columns) > 0 {
			c.Tables = append(c.Tables, t)
		}
	}
	return c
}

// newTable summarises a section. A column that no run has is left out.
func newTable(l layout, s section, columns []Column, read reading) Table {
	t := Table{Settings: s.settings, Axes: l.axes}
	for _, g := range s.groups {
		row := Row{Label: g.label, Loss: g.loss, N: len(g.records), Planned: g.planned}
		for _, setting := range settingsOf(g, l.axes) {
			row.Values = append(row.Values, setting.Value)
		}
		t.Rows = append(t.Rows, row)
	}
	for _, column := range columns {
		cells := make([]Cell, len(s.groups))
		known := 0
		for i, g := range s.groups {
			cells[i].Summary = stats.Summarise(g.read(column, read))
			known += cells[i].N
		}
		if known == 0 {
			continue
		}
		if !slices.Contains(l.axes, "data.name") {
			markBest(column, cells)
		}
		t.Columns = append(t.Columns, column)
		for i := range t.Rows {
			t.Rows[i].Cells = append(t.Rows[i].Cells, cells[i])
		}
	}
	return t
}

// markBest marks the best mean and every other that reads the same in the digits the best is shown with.
// Among fewer than two values none is best.
func markBest(column Column, cells []Cell) {
	best := -1
	candidates := 0
	for i, cell := range cells {
		if !isFinite(cell.Mean) || column.Better == Neither {
			continue
		}
		candidates++
		if best < 0 || column.isBetter(cell.Mean, cells[best].Mean) {
			best = i
		}
	}
	if candidates < 2 {
		return
	}
	digits, _ := column.digits(cells[best])
	shown := column.format(cells[best].Mean, digits)
	for i, cell := range cells {
		cells[i].Best = isFinite(cell.Mean) && column.format(cell.Mean, digits) == shown
	}
}

func (c Column) isBetter(a, b float64) bool {
	if c.Better == Higher {
		return a > b
	}
	return a < b
}
