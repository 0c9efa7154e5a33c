package calibration

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAscendingIsAStableSort(t *testing.T) {
	value := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, .5, 1, math.SmallestNonzeroFloat64, math.Nextafter(1, 0)}))
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(value).Draw(t, "values")
		want := make([]int32, len(values))
		for i := range want {
			want[i] = int32(i)
		}
		slices.SortStableFunc(want, func(a, b int32) int {
			switch {
			case values[a] < values[b]:
				return -1
			case values[a] > values[b]:
				return 1
			}
			return 0
		})
		if got := ascending(values); !slices.Equal(got, want) {
			t.Errorf("the order of %v is %v, want %v", values, got, want)
		}
	})
}
