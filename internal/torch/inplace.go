package torch

// #include "native.h"
import "C"

import "github.com/sugarme/gotch/libtch"

// What optimisers do to tensors in place. Arguments are broadcast to t, so that a coefficient may be [K, 1, 1]. On
// parameters these go inside [Scope.NoGrad].

// Add_ is t += other.
func (t Tensor) Add_(other Tensor) { t.update("add_", libtch.AtgAdd_, other) }

// Mul_ is t *= other.
func (t Tensor) Mul_(other Tensor) { t.update("mul_", libtch.AtgMul_, other) }

func (t Tensor) update(op string, f func(*libtch.Ctensor, libtch.Ctensor, libtch.Ctensor), other Tensor) {
	s, c := t.use()
	o := other.use1(s)
	if s.err != nil {
		return
	}
	f(s.out, c, o)
	s.done(op)
}

// AddScaled_ is t += scale · other.
func (t Tensor) AddScaled_(other Tensor, scale float64) {
	s, c := t.use()
	o := other.use1(s)
	if s.err != nil {
		return
	}
	s.note("add_", C.experiment_add_scaled(pointer(c), pointer(o), C.double(scale)))
}

// Addcmul_ is t += a · b.
func (t Tensor) Addcmul_(a, b Tensor) {
	s, c := t.use()
	first, second := a.use1(s), b.use1(s)
	if s.err != nil {
		return
	}
	libtch.AtgAddcmul_(s.out, c, first, second)
	s.done("addcmul_")
}
