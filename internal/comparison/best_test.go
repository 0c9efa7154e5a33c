package comparison

import (
	"math"
	"slices"
	"testing"

	"experiment/internal/stats"
	"pgregory.net/rapid"
)

// TestBestOfTheExample holds who is best of losses that differ plainly, and of those that do not.
func TestBestOfTheExample(t *testing.T) {
	table := tablesOf(workedExample(t), "ece")[0]
	if got := bestRows(table, 0); !slices.Equal(got, []string{"focal γ=2"}) || !table.Tested[0] {
		t.Errorf("best are %v, tested %v", got, table.Tested)
	}
	records := workedExample(t)
	table = tablesOf(append(records[:5:5], records[10:]...), "ece")[0]
	if got := bestRows(table, 0); !slices.Equal(got, []string{"cross_entropy", "label_smoothing ε=0.05"}) {
		t.Errorf("of two that do not differ, best are %v", got)
	}
}

// TestBestWithoutATest holds that nothing but the best mean is marked where nothing can be tested.
func TestBestWithoutATest(t *testing.T) {
	records := append(eceOf(t, crossEntropy, 0.07), append(eceOf(t, focal, 0.05), eceOf(t, smoothing, 0.05)...)...)
	table := tablesOf(records, "ece")[0]
	if got := bestRows(table, 0); !slices.Equal(got, []string{"focal γ=2", "label_smoothing ε=0.05"}) || table.Tested[0] {
		t.Errorf("best are %v, tested %v", got, table.Tested)
	}
	// A row with one seed beside others with two is not tested, however near it is.
	records = append(eceOf(t, crossEntropy, 0.050001), append(eceOf(t, focal, 0.04, 0.06), eceOf(t, smoothing, 0.05, 0.08)...)...)
	table = tablesOf(records, "ece")[0]
	if got := bestRows(table, 0); !slices.Equal(got, []string{"focal γ=2", "label_smoothing ε=0.05"}) || !table.Tested[0] {
		t.Errorf("best are %v, tested %v", got, table.Tested)
	}
}

func bestRows(table Table, column int) []string {
	var names []string
	for i, row := range table.Rows {
		if row.Cells[column].Best {
			names = append(names, table.Name(i))
		}
	}
	return names
}

// TestBestProperties holds that the best mean is among those marked, that each of the others has a p above the level after
// Holm's correction, that those left out have not, and that what is not a finite number is never marked.
func TestBestProperties(t *testing.T) {
	values := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0.5, 0.25, 0.25000001, math.NaN(), math.Inf(1)}))
	rapid.Check(t, func(t *rapid.T) {
		column := rapid.SampledFrom(Columns()).Draw(t, "column")
		cells := make([]Cell, rapid.IntRange(1, 6).Draw(t, "rows"))
		var means []float64
		for i := range cells {
			for seed, value := range rapid.SliceOfN(values, 0, 5).Draw(t, "samples") {
				cells[i].Samples = append(cells[i].Samples, Sample{int64(seed), value})
			}
			cells[i].Summary = stats.Summarise(cells[i].Values())
			if isFinite(cells[i].Mean) {
				means = append(means, cells[i].Mean)
			}
		}
		tested := markBest(column, cells)
		if column.Better == Neither || len(means) < 2 {
			if tested || slices.ContainsFunc(cells, func(c Cell) bool { return c.Best }) {
				t.Fatalf("something is best of %+v in %s", cells, column.Name)
			}
			return
		}
		best := slices.Min(means)
		if column.Better == Higher {
			best = slices.Max(means)
		}
		checkBest(t, cells, slices.IndexFunc(cells, func(c Cell) bool { return c.Mean == best }), tested)
	})
}

func checkBest(t *rapid.T, cells []Cell, best int, tested bool) {
	p := make([]float64, len(cells))
	for i, cell := range cells {
		if p[i] = math.NaN(); i != best && isFinite(cell.Mean) {
			p[i] = pair(cell.Samples, cells[best].Samples, 0.95).P
		}
	}
	if tested == !slices.ContainsFunc(p, func(v float64) bool { return !math.IsNaN(v) }) {
		t.Fatalf("tested is %v of %v", tested, p)
	}
	for i, corrected := range stats.Holm(p) {
		want := cells[i].Mean == cells[best].Mean || corrected > 0.05
		if cells[i].Best != want || want && !isFinite(cells[i].Mean) {
			t.Fatalf("row %d: marked is %v of %+v with p = %v", i, cells[i].Best, cells[i], corrected)
		}
	}
}

// TestMarksOf holds what is said of the marks: whether tests had a part in them, which rows these could not reach, and why
// there were none.
func TestMarksOf(t *testing.T) {
	for _, c := range []struct {
		name                    string
		entropy, focals, smooth []float64
		want                    Marks
	}{
		{"tested", []float64{0.05, 0.06}, []float64{0.04, 0.06}, []float64{0.05, 0.08}, Marks{Any: true, Tested: true}},
		{"one seed", []float64{0.051}, []float64{0.04, 0.06}, []float64{0.05, 0.08}, Marks{Any: true, Tested: true, Left: true}},
		{"one seed, level with the best", []float64{0.05}, []float64{0.05}, nil, Marks{Any: true, Because: "no two seeds are shared"}},
		{"no spread", []float64{0.05, 0.05}, []float64{0.04, 0.04}, nil, Marks{Any: true, Left: true, Because: "no difference varies over seeds"}},
		{"a single row", []float64{0.05, 0.06}, nil, nil, Marks{}},
	} {
		records := append(eceOf(t, crossEntropy, c.entropy...), append(eceOf(t, focal, c.focals...), eceOf(t, smoothing, c.smooth...)...)...)
		if got := MarksOf(tablesOf(records, "ece")); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}
