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
		if d.Paired = stats.PairT(a, b); d.untested() == "" {
			p[i], tested = d.P, true
		}
	}
	for i, corrected := range stats.Holm(p) {
		cells[i].Best = cells[i].Mean == cells[best].Mean || corrected > bestLevel
	}
	return tested
}

// BestMarks says whether anything in tables is marked as best, and whether tests had a part in it.
func BestMarks(tables []Table) (marked, tested bool) {
	for _, t := range tables {
		for k := range t.Columns {
			marked = marked || slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Cells[k].Best })
			tested = tested || t.Tested[k]
		}
	}
	return marked, tested
}

// IsBetter says whether one value of the column is better than another.
func (c Column) IsBetter(a, b float64) bool {
	if c.Better == Higher {
		return a > b
	}
	return a < b
}
