package loss

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/torch"
)

// TestMaskedPicksTheLabels holds that the way which is taken on a GPU gives what gathering gives, and the same derivative.
func TestMaskedPicksTheLabels(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		replicas, size, classes := rapid.IntRange(1, 3).Draw(rt, "K"), rapid.IntRange(1, 5).Draw(rt, "N"), rapid.IntRange(2, 6).Draw(rt, "C")
		values := rapid.SliceOfN(rapid.Float64Range(-1e4, 1e4), replicas*size*classes, replicas*size*classes).Draw(rt, "values")
		sets := rapid.SampledFrom([]int{1, replicas}).Draw(rt, "sets of labels")
		labels := rapid.SliceOfN(rapid.Int64Range(0, int64(classes-1)), sets*size, sets*size).Draw(rt, "labels")
		err := torch.Do(func(s *torch.Scope) error {
			targets := torch.FromSlice(s, labels, sets, size)
			picked := func(pick func(values, targets torch.Tensor) torch.Tensor) (value, slope []float64) {
				z := torch.FromSlice(s, values, replicas, size, classes).RequireGrad()
				of := pick(z, targets)
				of.Square().Sum().Backward()
				return of.Detach().Float64s(), z.Grad().Float64s()
			}
			gotValue, gotSlope := picked(masked)
			wantValue, wantSlope := picked(ofLabels)
			if !slices.Equal(gotValue, wantValue) || !slices.Equal(gotSlope, wantSlope) {
				rt.Errorf("%v of labels %v: %v with slope %v, want %v with %v", values, labels, gotValue, gotSlope, wantValue, wantSlope)
			}
			return s.Err()
		})
		if err != nil {
			rt.Fatal(err)
		}
	})
}
