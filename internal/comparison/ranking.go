package comparison

import (
	"math"
	"slices"

	"experiment/internal/stats"
)

// Ranking says how rows rank in one metric over several data sets, and whether that tells them apart: the Friedman test on
// means over seeds.
type Ranking struct {
	Column Column
	Rows   []string // names of the treatments, in the order of the first table; Ranks are theirs
	Blocks []string // titles of the tables that were ranked
	Left   []string // names of rows that some of the tables lack
	stats.Friedman
}

// ByName returns the average ranks by the names of rows.
func (r Ranking) ByName() map[string]float64 {
	ranks := make(map[string]float64, len(r.Rows))
	for i, name := range r.Rows {
		ranks[name] = r.Ranks[i]
	}
	return ranks
}

// Rankings ranks the rows of tables, each table being a block, for every column. There is none for a column that says
// nothing of better or worse, and none at all unless the tables are of two data sets or more, which have two rows
// or more in common.
func Rankings(tables []Table) []Ranking {
	if !severalDataSets(tables) {
		return nil
	}
	var rankings []Ranking
	for _, column := range columnsOf(tables) {
		if r := rank(tables, column); column.Better != Neither && len(r.Rows) > 1 && r.Friedman.Blocks > 1 {
			rankings = append(rankings, r)
		}
	}
	return rankings
}

func severalDataSets(tables []Table) bool {
	sets := map[string]bool{}
	for _, t := range tables {
		for _, s := range t.Settings {
			if s.Path == "data.name" {
				sets[s.Value] = true
			}
		}
	}
	return len(sets) > 1
}

// columnsOf lists the columns of all tables once.
func columnsOf(tables []Table) []Column {
	var columns []Column
	for _, t := range tables {
		for _, c := range t.Columns {
			if !slices.ContainsFunc(columns, func(known Column) bool { return known.Name == c.Name }) {
				columns = append(columns, c)
			}
		}
	}
	return columns
}

// rank ranks the rows that every table has in a column.
func rank(tables []Table, column Column) Ranking {
	r := Ranking{Column: column}
	means := make([]map[string]float64, len(tables))
	for i, t := range tables {
		means[i] = t.means(column)
	}
	seen := map[string]bool{}
	for _, t := range tables {
		for row := range t.Rows {
			name := t.Name(row)
			if seen[name] {
				continue
			}
			seen[name] = true
			if slices.ContainsFunc(means, func(m map[string]float64) bool { _, ok := m[name]; return !ok }) {
				r.Left = append(r.Left, name)
			} else {
				r.Rows = append(r.Rows, name)
			}
		}
	}
	values := make([][]float64, len(tables))
	for i := range tables {
		for _, name := range r.Rows {
			values[i] = append(values[i], means[i][name])
		}
		if !slices.ContainsFunc(values[i], math.IsNaN) {
			r.Blocks = append(r.Blocks, Title(tables[i].Settings))
		}
	}
	r.Friedman = stats.FriedmanTest(values, column.Better == Lower)
	return r
}

// means returns the means of a column by the names of the rows that have it.
func (t Table) means(column Column) map[string]float64 {
	means := map[string]float64{}
	k := t.Column(column.Name)
	for row := range t.Rows {
		if k >= 0 && t.Rows[row].Cells[k].N > 0 {
			means[t.Name(row)] = t.Rows[row].Cells[k].Mean
		}
	}
	return means
}
