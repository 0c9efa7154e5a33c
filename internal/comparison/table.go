package comparison

import (
	"math"
	"slices"
	"strings"

	"experiment/internal/run"
	"experiment/internal/stats"
)

// Table compares what was trained in the same way: one row for each label.
type Table struct {
	Settings []Setting // what sets it apart from the other tables of a comparison
	Axes     []string  // paths of settings that rows differ in, told by columns of their own
	Columns  []Column
	Rows     []Row
	Tested   []bool   // for each column, whether its best was tested against other rows
	Against  *Against // one of the rows, the others set against it; nil where there is none
}

// Row is what the seeds of one configuration gave.
type Row struct {
	Label   string
	Loss    string
	Values  []string // of the settings in Axes, empty where there is none
	N       int      // finished runs
	Planned int      // runs of every status
	Cells   []Cell   // one for each column
	group   *Group
}

// Cell summarises a metric over the seeds of a row, in fractions and nats. Its N is less than the row's where runs lack
// the metric or share a seed.
type Cell struct {
	stats.Summary
	Samples []Sample // by seed
	Best    bool     // see markBest
	Floor   float64  // mean noise floor of the same runs; NaN unless the metric is an ECE and they have it

	untested string // why it could not be tested against the best; empty where it was, and where nothing is best
}

// Values returns the samples without their seeds.
func (c Cell) Values() []float64 {
	values := make([]float64, len(c.Samples))
	for i, s := range c.Samples {
		values[i] = s.Value
	}
	return values
}

// Interval returns Student's interval of the mean.
func (c Cell) Interval(level float64) stats.Interval { return stats.Student(c.Values(), level) }

// Reading is how a column reads a run: its value, and whether there is one.
type Reading func(c Column, r *run.Record) (float64, bool)

// OfTest reads the metric of a column on the test split.
func OfTest(c Column, r *run.Record) (float64, bool) {
	return r.Attempt.Result.Value(run.Test, c.Calibration, c.Metric)
}

// Of reads the metric of a column on a split.
func Of(split run.Split) Reading {
	return func(c Column, r *run.Record) (float64, bool) {
		return r.Attempt.Result.Value(split, c.Calibration, c.Metric)
	}
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
		row := Row{Label: g.Label, Loss: g.Loss, N: len(g.Records), Planned: g.Planned, group: g}
		for _, setting := range SettingsOf(g.Config, l.Axes) {
			row.Values = append(row.Values, setting.Value)
		}
		t.Rows = append(t.Rows, row)
	}
	for _, column := range columns {
		cells := make([]Cell, len(s.Groups))
		known := 0
		for i, g := range s.Groups {
			cells[i] = newCell(g, column, read)
			known += cells[i].N
		}
		if known == 0 {
			continue
		}
		tested := false
		if !slices.Contains(l.Axes, "data.name") {
			tested = markBest(column, cells)
		}
		t.Columns, t.Tested = append(t.Columns, column), append(t.Tested, tested)
		for i := range t.Rows {
			t.Rows[i].Cells = append(t.Rows[i].Cells, cells[i])
		}
	}
	return t
}

func newCell(g *Group, column Column, read Reading) Cell {
	cell := Cell{Samples: g.samples(column, read), Floor: math.NaN()}
	cell.Summary = stats.Summarise(cell.Values())
	if slices.Contains(column.Reads(), noiseFloor) {
		floor := Cell{Samples: g.samples(Column{Metric: noiseFloor, Calibration: column.Calibration}, read)}
		cell.Floor = stats.Summarise(floor.Values()).Mean
	}
	return cell
}

// Name names a row within its table: its label, and the settings told by columns.
func (t Table) Name(row int) string {
	words := []string{t.Rows[row].Label}
	for i, v := range t.Rows[row].Values {
		if v != "" {
			words = append(words, t.Axes[i]+" "+v)
		}
	}
	return strings.Join(words, ", ")
}

// Column returns the index of the column of that name, -1 where the table lacks it.
func (t Table) Column(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
}

// Only returns the only row of a loss, -1 where there is none or more than one.
func (t Table) Only(loss string) int {
	found := -1
	for i, row := range t.Rows {
		if row.Loss != loss {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}
