package comparison

import (
	"math"
	"slices"

	"experiment/internal/stats"
)

// bestLevel is the level of significance of what is marked as best.
const bestLevel = 0.05

// markBest marks the best mean of a column together with every row that does not differ from it significantly, and says
// whether any was tested: by the paired t-test over the seeds that a row shares with the best, at the level 0.05 with
// Holm's correction over the rows of the column. A row that cannot be tested is marked only if its mean is the
// best too. Among fewer than two means none is best.
func markBest(column Column, cells []Cell) (tested bool) {
	best, candidates := -1, 0
	for i, cell := range cells {
		if !isFinite(cell.Mean) || column.Better == Neither {
			continue
		}
		candidates++
		if best < 0 || column.IsBetter(cell.Mean, cells[best].Mean) {
			best = i
		}
	}
	if candidates < 2 {
		return false
	}
	p := make([]float64, len(cells))
	for i, cell := range cells {
		p[i] = math.NaN()
		if i == best || !isFinite(cell.Mean) {
			continue
		}
		d, a, b := share(cell.Samples, cells[best].Samples)
		d.Paired = stats.PairT(a, b)
		if cells[i].untested = d.untested(); cells[i].untested == "" {
			p[i], tested = d.P, true
		}
	}
	for i, corrected := range stats.Holm(p) {
		cells[i].Best = cells[i].Mean == cells[best].Mean || corrected > bestLevel
	}
	return tested
}

// Marks says what the marks of the best rest on.
type Marks struct {
	Any     bool   // whether anything is marked
	Tested  bool   // whether tests had a part in it
	Left    bool   // whether a row is not marked because it could not be tested
	Because string // why nothing was tested, where that is so and something is marked
}

// MarksOf says what the marks in tables rest on.
func MarksOf(tables []Table) Marks {
	var m Marks
	seeds := true // are too few wherever there was no test
	for _, t := range tables {
		m.Tested = m.Tested || slices.Contains(t.Tested, true)
		for _, row := range t.Rows {
			for _, cell := range row.Cells {
				m.Any = m.Any || cell.Best
				m.Left = m.Left || cell.untested != "" && !cell.Best
				seeds = seeds && (cell.untested == "" || cell.untested == noSeed || cell.untested == oneSeed)
			}
		}
	}
	switch {
	case m.Tested || !m.Any:
	case seeds:
		m.Because = "no two seeds are shared"
	default:
		m.Because = "no difference varies over seeds"
	}
	return m
}

// IsBetter says whether one value of the column is better than another.
func (c Column) IsBetter(a, b float64) bool {
	if c.Better == Higher {
		return a > b
	}
	return a < b
}
