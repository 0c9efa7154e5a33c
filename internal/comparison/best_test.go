package comparison

import (
	"math"
	"slices"
	"testing"

	"experiment/internal/stats"
	"pgregory.net/rapid"
)

// TestBest holds that the marked cells are those that read like the best, that the best one is among
// them, and that what is not a finite number is none.
func TestBest(t *testing.T) {
	values := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0.5, 0.25, 0.25000001, math.NaN(), math.Inf(1)}))
	rapid.Check(t, func(t *rapid.T) {
		column := rapid.SampledFrom(Columns()).Draw(t, "column")
		cells := make([]Cell, rapid.IntRange(1, 6).Draw(t, "rows"))
		var means []float64
		for i := range cells {
			cells[i].Summary = stats.Summarise(rapid.SliceOfN(values, 0, 3).Draw(t, "samples"))
			if isFinite(cells[i].Mean) {
				means = append(means, cells[i].Mean)
			}
		}
		markBest(column, cells)
		if column.Better == Neither || len(means) < 2 {
			if slices.ContainsFunc(cells, func(c Cell) bool { return c.Best }) {
				t.Fatalf("something is best of %+v in %s", cells, column.Name)
			}
			return
		}
		best := slices.Min(means)
		if column.Better == Higher {
			best = slices.Max(means)
		}
		marked := false
		for _, cell := range cells {
			if cell.Best && !isFinite(cell.Mean) {
				t.Fatalf("%v is marked", cell.Mean)
			}
			if cell.Mean == best && !cell.Best {
				t.Fatalf("%v is best and not marked", best)
			}
			marked = marked || cell.Best
		}
		if !marked {
			t.Fatal("nothing is marked")
		}
	})
}
