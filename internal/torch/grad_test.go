package torch

import (
	"slices"
	"testing"
)

func TestBackward(t *testing.T) {
	scoped(t, func(s *Scope) {
		w := FromSlice(s, []float64{1, 2, 3}, 3).RequireGrad()
		loss := func() Tensor { return w.Square().Sum() }
		loss().Backward()
		if got := w.Grad().Float64s(); !slices.Equal(got, []float64{2, 4, 6}) {
			t.Errorf("gradient is %v", got)
		}
		loss().Backward()
		if got := w.Grad().Float64s(); !slices.Equal(got, []float64{4, 8, 12}) {
			t.Errorf("gradient of two is %v", got)
		}
		w.ZeroGrad()
		loss().Backward()
		if got := w.Grad().Float64s(); !slices.Equal(got, []float64{2, 4, 6}) {
			t.Errorf("gradient after zeroing is %v", got)
		}
	})
}

func TestDetachIsAConstant(t *testing.T) {
	scoped(t, func(s *Scope) {
		w := FromSlice(s, []float64{1, 2, 3}, 3).RequireGrad()
		w.Detach().Mul(w).Sum().Backward()
		if got := w.Grad().Float64s(); !slices.Equal(got, []float64{1, 2, 3}) {
			t.Errorf("gradient is %v", got)
		}
	})
}

func TestNoGradNests(t *testing.T) {
	scoped(t, func(s *Scope) {
		w := s.Zeros(Float32, CPU, 2).RequireGrad()
		err := s.NoGrad(func() error {
			if err := s.NoGrad(func() error { return nil }); err != nil {
				return err
			}
			if w.Exp().RequiresGrad() {
				t.Error("recording is on after an inner NoGrad")
			}
			w.Add_(w)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !w.Exp().RequiresGrad() || !w.RequiresGrad() {
			t.Error("recording is off after NoGrad")
		}
	})
}

func TestGradErrors(t *testing.T) {
	for name, f := range map[string]func(s *Scope){
		"gradient before backward":   func(s *Scope) { s.Zeros(Float32, CPU, 2).RequireGrad().Grad() },
		"backward of two elements":   func(s *Scope) { s.Zeros(Float32, CPU, 2).RequireGrad().Exp().Backward() },
		"backward of a constant":     func(s *Scope) { s.Zeros(Float32, CPU, 1).Sum().Backward() },
		"update of a recorded leaf":  func(s *Scope) { w := s.Zeros(Float32, CPU, 2).RequireGrad(); w.Add_(w) },
		"gradient for whole numbers": func(s *Scope) { s.Zeros(Int64, CPU, 2).RequireGrad() },
	} {
		if err := Do(func(s *Scope) error { f(s); return nil }); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
