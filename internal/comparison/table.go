package comparison

import (
	"slices"

	"experiment/internal/run"
	"experiment/internal/stats"
)

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

// Reading is how a column reads a run: its value, and whether there is one.
type Reading func(c Column, r run.Record) (float64, bool)

// OfTest reads the metric of a column on the test split.
func OfTest(c Column, r run.Record) (float64, bool) {
	return r.Attempt.Result.Value(run.Test, c.Calibration, c.Metric)
}

// Tables summarises the finished runs of groups. A table that would have no column is left out.
func Tables(l Layout, groups []*Group, columns []Column, read Reading) []Table {
	var tables []Table
	for _, s := range l.Sections(Finished(groups)) {
		if t := NewTable(l, s, columns, read); len(t.Columns) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// NewTable summarises a section. A column that no run has is left out.
func NewTable(l Layout, s Section, columns []Column, read Reading) Table {
	t := Table{Settings: s.Settings, Axes: l.Axes}
	for _, g := range s.Groups {
		row := Row{Label: g.Label, Loss: g.Loss, N: len(g.Records), Planned: g.Planned}
		for _, setting := range SettingsOf(g.Config, l.Axes) {
			row.Values = append(row.Values, setting.Value)
		}
		t.Rows = append(t.Rows, row)
	}
	for _, column := range columns {
		cells := make([]Cell, len(s.Groups))
		known := 0
		for i, g := range s.Groups {
			cells[i].Summary = stats.Summarise(g.read(column, read))
			known += cells[i].N
		}
		if known == 0 {
			continue
		}
		if !slices.Contains(l.Axes, "data.name") {
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
	shown := column.Format(cells[best].Mean, digits)
	for i, cell := range cells {
		cells[i].Best = isFinite(cell.Mean) && column.Format(cell.Mean, digits) == shown
	}
}

func (c Column) isBetter(a, b float64) bool {
	if c.Better == Higher {
		return a > b
	}
	return a < b
}
