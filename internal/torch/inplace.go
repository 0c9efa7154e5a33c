package torch

// #include "native.h"
import "C"

import (
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// What optimisers do to tensors in place. Arguments are broadcast to t, so that a coefficient may be [K, 1, 1]. On
// parameters these go inside [Scope.NoGrad].

// Add_ is t += other.
func (t Tensor) Add_(other Tensor) { t.update("add_", libtch.AtgAdd_, other) }

// Sub_ is t -= other.
func (t Tensor) Sub_(other Tensor) { t.update("sub_", libtch.AtgSub_, other) }

// Mul_ is t *= other.
func (t Tensor) Mul_(other Tensor) { t.update("mul_", libtch.AtgMul_, other) }

// Div_ is t /= other.
func (t Tensor) Div_(other Tensor) { t.update("div_", libtch.AtgDiv_, other) }

// AddScalar_ is t += value.
func (t Tensor) AddScalar_(value float64) { t.updateScalar("add_", libtch.AtgAddScalar_, value) }

// MulScalar_ is t *= value.
func (t Tensor) MulScalar_(value float64) { t.updateScalar("mul_", libtch.AtgMulScalar_, value) }

// Fill_ sets every element.
func (t Tensor) Fill_(value float64) { t.updateScalar("fill_", libtch.AtgFill_, value) }

// Addcmul_ is t += a · b.
func (t Tensor) Addcmul_(a, b Tensor) { t.update2("addcmul_", libtch.AtgAddcmul_, a, b) }

// Addcdiv_ is t += a / b.
func (t Tensor) Addcdiv_(a, b Tensor) { t.update2("addcdiv_", libtch.AtgAddcdiv_, a, b) }

// AddScaled_ is t += scale · other.
func (t Tensor) AddScaled_(other Tensor, scale float64) {
	s, c := t.use()
	o := other.use1(s)
	if s.err != nil {
		return
	}
	message := takeText(C.experiment_add_scaled(unsafe.Pointer(c), unsafe.Pointer(o), C.double(scale)))
	if message != "" {
		s.record("add_", message)
	}
}

// Sqrt_ is the square root.
func (t Tensor) Sqrt_() {
	s, c := t.use()
	if s.err != nil {
		return
	}
	libtch.AtgSqrt_(s.out, c)
	s.done("sqrt_")
}

// Zero_ sets every element to 0.
func (t Tensor) Zero_() {
	s, c := t.use()
	if s.err != nil {
		return
	}
	libtch.AtgZero_(s.out, c)
	s.done("zero_")
}

// Copy_ takes the elements of other, from another device or type if need be.
func (t Tensor) Copy_(other Tensor) {
	s, c := t.use()
	o := other.use1(s)
	if s.err != nil {
		return
	}
	libtch.AtCopy_(c, o)
	s.check("copy_")
}

func (t Tensor) update(op string, f func(*libtch.Ctensor, libtch.Ctensor, libtch.Ctensor), other Tensor) {
	s, c := t.use()
	o := other.use1(s)
	if s.err != nil {
		return
	}
	f(s.out, c, o)
	s.done(op)
}

func (t Tensor) update2(op string, f func(*libtch.Ctensor, libtch.Ctensor, libtch.Ctensor, libtch.Ctensor), a, b Tensor) {
	s, c := t.use()
	first, second := a.use1(s), b.use1(s)
	if s.err != nil {
		return
	}
	f(s.out, c, first, second)
	s.done(op)
}

func (t Tensor) updateScalar(op string, f func(*libtch.Ctensor, libtch.Ctensor, libtch.Cscalar), value float64) {
	s, c := t.use()
	if s.err != nil {
		return
	}
	f(s.out, c, s.scalar(0, value))
	s.done(op)
}
