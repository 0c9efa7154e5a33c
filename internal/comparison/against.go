package comparison

import (
	"math"

	"experiment/internal/stats"
)

// Against is a table whose rows are set against one of them.
type Against struct {
	Baseline    int            // its row
	Level       float64        // of intervals; 1 less it is the level of significance
	Differences [][]Difference // for each row and column; nothing for the baseline itself
	Family      []int          // for each column, how many tests its p values were corrected for
}

// Difference is a row set against the baseline in one column, over the seeds that both have.
type Difference struct {
	stats.Paired         // the row less the baseline; P is undefined where Untested says why
	Holm         float64 // P after Holm's correction
	Seeds        []int64 // that both have
	Lacking      []int64 // that only the baseline has
	Extra        []int64 // that only the row has
	Untested     string  // why no test was made; empty where one was
}

// Significant says whether a test was made and found a difference at a level of confidence.
func (d Difference) Significant(level float64) bool { return d.Holm <= 1-level }

// SetAgainst sets every table against one of its rows; a baseline of -1 leaves a table alone. The family of Holm's
// correction is all tests of one column, over all the tables.
func SetAgainst(tables []Table, baselines []int, level float64) {
	families := map[string][]*Difference{}
	for i := range tables {
		t := &tables[i]
		t.Against = nil
		if baselines[i] < 0 {
			continue
		}
		t.Against = newAgainst(t, baselines[i], level)
		for row := range t.Rows {
			for k, c := range t.Columns {
				if row != baselines[i] {
					families[c.Name] = append(families[c.Name], &t.Against.Differences[row][k])
				}
			}
		}
	}
	sizes := map[string]int{}
	for name, family := range families {
		sizes[name] = correct(family)
	}
	for _, t := range tables {
		if t.Against != nil {
			for _, c := range t.Columns {
				t.Against.Family = append(t.Against.Family, sizes[c.Name])
			}
		}
	}
}

func newAgainst(t *Table, baseline int, level float64) *Against {
	a := &Against{Baseline: baseline, Level: level, Differences: make([][]Difference, len(t.Rows))}
	for row := range t.Rows {
		a.Differences[row] = make([]Difference, len(t.Columns))
		for k := range t.Columns {
			if row == baseline {
				a.Differences[row][k] = pair(nil, nil, level)
				a.Differences[row][k].Untested = "is the baseline"
				continue
			}
			a.Differences[row][k] = pair(t.Rows[row].Cells[k].Samples, t.Rows[baseline].Cells[k].Samples, level)
		}
	}
	return a
}

// correct fills in the corrected p of a family, and returns how many tests it has.
func correct(family []*Difference) int {
	p, tests := make([]float64, len(family)), 0
	for i, d := range family {
		p[i] = d.P
		if !math.IsNaN(d.P) {
			tests++
		}
	}
	for i, corrected := range stats.Holm(p) {
		family[i].Holm = corrected
	}
	return tests
}

// pair compares samples by seed, both in the order of seeds.
func pair(row, baseline []Sample, level float64) Difference {
	d, a, b := share(row, baseline)
	d.Paired = stats.Pair(a, b, level)
	if d.Untested = d.untested(); d.Untested != "" {
		d.T, d.P = math.NaN(), math.NaN()
		d.Interval = stats.Interval{Low: math.NaN(), High: math.NaN()}
	}
	return d
}

// share finds the seeds that two samples share, and their values at these.
func share(row, baseline []Sample) (d Difference, a, b []float64) {
	d.Holm = math.NaN()
	for i, k := 0, 0; i < len(row) || k < len(baseline); {
		switch {
		case k == len(baseline) || i < len(row) && row[i].Seed < baseline[k].Seed:
			d.Extra = append(d.Extra, row[i].Seed)
			i++
		case i == len(row) || baseline[k].Seed < row[i].Seed:
			d.Lacking = append(d.Lacking, baseline[k].Seed)
			k++
		default:
			d.Seeds = append(d.Seeds, row[i].Seed)
			a, b = append(a, row[i].Value), append(b, baseline[k].Value)
			i, k = i+1, k+1
		}
	}
	return d, a, b
}

// Why too few seeds allow no test.
const (
	noSeed  = "no seed is shared"
	oneSeed = "one seed is shared"
)

// untested says why no test can be made, and is empty where one can.
func (d Difference) untested() string {
	switch {
	case d.N == 0:
		return noSeed
	case d.N == 1:
		return oneSeed
	case math.IsNaN(d.P):
		return "values are infinite or undefined"
	case d.SD == 0 && d.Difference != 0: // no spread was seen, which says little of whether there is none
		return "the difference is the same for every seed"
	}
	return ""
}
