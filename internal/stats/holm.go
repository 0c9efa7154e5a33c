package stats

import (
	"cmp"
	"math"
	"slices"
)

// Holm returns p values adjusted for being a family, in the order given: with p(1) ≤ … ≤ p(m),
//
//	adjusted(i) = max over j ≤ i of min(1, (m-j+1)·p(j)).
//
// The chance that any true hypothesis is rejected is at most the level at which those with an adjusted p up to it are,
// whatever the dependence between them (Holm, "A simple sequentially rejective multiple test procedure",
// Scandinavian Journal of Statistics 1979). A NaN was not tested: it stays NaN and is not counted in m.
func Holm(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	var tested []int
	for i, v := range p {
		if math.IsNaN(v) {
			adjusted[i] = v
		} else {
			tested = append(tested, i)
		}
	}
	slices.SortFunc(tested, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	largest := 0.
	for rank, i := range tested {
		largest = max(largest, min(1, float64(len(tested)-rank)*p[i]))
		adjusted[i] = largest
	}
	return adjusted
}
