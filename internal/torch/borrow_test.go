package torch

import (
	"runtime"
	"slices"
	"testing"
)

// TestBorrow holds that a borrowed tensor has the elements of the slice, without a copy, that they stay in place while garbage
// is collected, and that what is computed of them is its own.
func TestBorrow(t *testing.T) {
	scoped(t, func(s *Scope) {
		data := []float32{1, 2, 3, 4, 5, 6}
		var sums []float64
		err := s.Region(func() error {
			m := Borrow(s, data, 2, 3)
			if got := m.Shape(); !slices.Equal(got, []int{2, 3}) {
				t.Errorf("shape %v", got)
			}
			runtime.GC()
			own := m.MulScalar(2)
			data[0] = 10 // seen by the one, not by the other
			sums = append(sums, m.Sum().Float64(), own.Sum().Float64())
			return nil
		})
		if err != nil || !slices.Equal(sums, []float64{30, 42}) {
			t.Errorf("sums %v, want 30 and 42: %v", sums, err)
		}
		if empty := Borrow(s, []int64{}, 0, 3); !slices.Equal(empty.Shape(), []int{0, 3}) {
			t.Errorf("an empty one has shape %v", empty.Shape())
		}
	})
	if err := Do(func(s *Scope) error { Borrow(s, []int64{1, 2}, 3); return nil }); err == nil {
		t.Error("two values fill three places")
	}
}
