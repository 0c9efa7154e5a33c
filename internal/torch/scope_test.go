package torch

import (
	"errors"
	"strings"
	"testing"
)

// scoped runs f in a scope of its own, and fails the test on an error or on tensors left behind.
func scoped(t *testing.T, f func(s *Scope)) {
	t.Helper()
	before := Live()
	if err := Do(func(s *Scope) error { f(s); return nil }); err != nil {
		t.Fatal(err)
	}
	if left := Live() - before; left != 0 {
		t.Errorf("%d tensors left", left)
	}
}

// panicOf is what f panics with.
func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestRegionsFreeWhatTheyMade(t *testing.T) {
	scoped(t, func(s *Scope) {
		before := Live()
		kept := s.Zeros(Float64, CPU, 2)
		for step := range 5 {
			err := s.Region(func() error {
				made := kept.AddScalar(1).MulScalar(float64(step))
				if err := s.Region(func() error { made.Exp(); return nil }); err != nil {
					return err
				}
				kept.Add_(made)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if n := Live() - before; n != 1 {
				t.Fatalf("step %d leaves %d tensors, want 1", step, n)
			}
		}
	})
}

func TestFirstErrorSticks(t *testing.T) {
	before := Live()
	var ran bool
	err := Do(func(s *Scope) error {
		a, b := s.Zeros(Float32, CPU, 1, 2, 3), s.Zeros(Float32, CPU, 1, 4, 5)
		product := a.Linear(b, s.Zeros(Float32, CPU, 1, 1, 5))
		if s.Err() == nil {
			t.Error("no error after a product of shapes that do not fit")
		}
		a.Reshape(7)
		product.Exp().Backward()
		product.Add_(a)
		if product.Float64() != 0 || product.Shape() != nil || product.Float64s() != nil {
			t.Error("something was read from the result of a failed operation")
		}
		if err := s.Region(func() error { ran = true; return nil }); err != s.Err() {
			t.Errorf("a region after the error returns %v", err)
		}
		if err := s.NoGrad(func() error { ran = true; return nil }); err != s.Err() {
			t.Errorf("no-grad after the error returns %v", err)
		}
		return errors.New("a consequence")
	})
	if ran {
		t.Error("a region ran after the error")
	}
	var failed *Error
	if !errors.As(err, &failed) || failed.Op != "linear" {
		t.Fatalf("error is %v, want that of linear", err)
	}
	if !strings.Contains(failed.Message, "[1, 4]") || strings.Contains(failed.Message, "\n") {
		t.Errorf("error is %q, want libtorch's first line with the size that was expected", err)
	}
	if left := Live() - before; left != 0 {
		t.Errorf("%d tensors left", left)
	}
}

func TestErrorsOfTheFunction(t *testing.T) {
	own := errors.New("own")
	if err := Do(func(*Scope) error { return own }); err != own {
		t.Errorf("Do returns %v, want the function's own error", err)
	}
	err := Do(func(s *Scope) error {
		s.Zeros(Float32, CPU, 2).Reshape(3)
		return errors.Join(own, s.Err())
	})
	var failed *Error
	if !errors.Is(err, own) || !errors.As(err, &failed) {
		t.Errorf("Do returns %v, want the function's error that wraps libtorch's", err)
	}
}

func TestAnErrorLeavesTheNextScopeAlone(t *testing.T) {
	if err := Do(func(s *Scope) error { s.Zeros(Float32, CPU, 2).Reshape(3); return nil }); err == nil {
		t.Fatal("no error")
	}
	scoped(t, func(s *Scope) {
		if got := FromSlice(s, []float32{1, 2, 3}, 3).Sum().Float64(); got != 6 {
			t.Errorf("sum is %v, want 6", got)
		}
	})
}

func TestOutOfMemory(t *testing.T) {
	err := Do(func(s *Scope) error { s.Zeros(Float64, CPU, 1<<50); return nil })
	if !errors.Is(err, ErrOutOfMemory) {
		t.Errorf("error is %v, want out of memory", err)
	}
	err = Do(func(s *Scope) error { s.Zeros(Float64, CPU, 2).Reshape(3); return nil })
	if err == nil || errors.Is(err, ErrOutOfMemory) {
		t.Errorf("error is %v, want one that is not out of memory", err)
	}
	for message, want := range map[string]bool{
		"CUDA out of memory. Tried to allocate 20.00 GiB (GPU 0; 79.10 GiB total capacity)": true,
		"CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`":        true,
		"cuDNN error: CUDNN_STATUS_ALLOC_FAILED":                                            true,
		"CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`":     false,
		"std::bad_alloc":           true,
		"index 3 is out of bounds": false,
	} {
		if got := errors.Is(newError("x", message), ErrOutOfMemory); got != want {
			t.Errorf("%q is out of memory: %v, want %v", message, got, want)
		}
	}
}

func TestPanicsFreeAndRestore(t *testing.T) {
	before := Live()
	value := panicOf(func() {
		_ = Do(func(s *Scope) error {
			inner := panicOf(func() {
				_ = s.NoGrad(func() error { return s.Region(func() error { s.Zeros(Float32, CPU, 2); panic("inner") }) })
			})
			if inner != "inner" {
				t.Errorf("recovered %v", inner)
			}
			if n := Live() - before; n != 0 {
				t.Errorf("%d tensors left by a region that panicked", n)
			}
			if w := s.Zeros(Float32, CPU, 2).RequireGrad(); !w.Exp().RequiresGrad() {
				t.Error("recording is still off after a panic in NoGrad")
			}
			panic("outer")
		})
	})
	if value != "outer" {
		t.Errorf("recovered %v", value)
	}
	if left := Live() - before; left != 0 {
		t.Errorf("%d tensors left", left)
	}
}

func TestBugsOfTheCallerPanic(t *testing.T) {
	var ended *Scope
	var stale Tensor
	scoped(t, func(s *Scope) { ended, stale = s, s.Zeros(Float32, CPU, 2) })
	scoped(t, func(s *Scope) {
		alive := s.Zeros(Float32, CPU, 2)
		var inner Tensor
		_ = s.Region(func() error { inner = alive.Exp(); return nil })
		_ = s.Region(func() error {
			for name, f := range map[string]func(){
				"zero tensor":                 func() { Tensor{}.Exp() },
				"tensor of an ended scope":    func() { stale.Exp() },
				"tensor of an ended region":   func() { inner.Exp() },
				"argument of an ended region": func() { alive.Add(inner) },
				"scope that ended":            func() { ended.Zeros(Float32, CPU, 2) },
				"region of an ended scope":    func() { _ = ended.Region(func() error { return nil }) },
				"tensors of different scopes": func() { _ = Do(func(other *Scope) error { other.Zeros(Float32, CPU, 2).Add(alive); return nil }) },
			} {
				text, _ := panicOf(f).(string)
				if !strings.HasPrefix(text, "torch: ") {
					t.Errorf("%s: panics with %q, want torch: ...", name, text)
				}
			}
			return nil
		})
	})
}

func TestOperationsAllocateNothingInGo(t *testing.T) {
	scoped(t, func(s *Scope) {
		a, b := s.Zeros(Float32, CPU, 4, 4).AddScalar(2), s.Zeros(Float32, CPU, 4, 4).AddScalar(3)
		step := func() error {
			a.Add(b).MulScalar(2).Reshape(2, -1).Sum(1).Exp()
			a.Add_(b)
			return nil
		}
		run := func() { _ = s.Region(step) }
		run()
		if n := testing.AllocsPerRun(100, run); n > 0 {
			t.Errorf("%v allocations a step, want 0", n)
		}
	})
}
