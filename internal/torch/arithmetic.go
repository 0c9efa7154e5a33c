package torch

// #include "native.h"
import "C"

import (
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// Element by element; shapes are broadcast as NumPy does.

// Add is t + other.
func (t Tensor) Add(other Tensor) Tensor { return t.binary("add", libtch.AtgAdd, other) }

// Sub is t - other.
func (t Tensor) Sub(other Tensor) Tensor { return t.binary("sub", libtch.AtgSub, other) }

// Mul is t · other.
func (t Tensor) Mul(other Tensor) Tensor { return t.binary("mul", libtch.AtgMul, other) }

// Div is t / other.
func (t Tensor) Div(other Tensor) Tensor { return t.binary("div", libtch.AtgDiv, other) }

// Pow is t to the power of other; 0 to the power of 0 is 1.
func (t Tensor) Pow(other Tensor) Tensor { return t.binary("pow", libtch.AtgPow, other) }

// AddScalar is t + value.
func (t Tensor) AddScalar(value float64) Tensor {
	return t.withScalar("add", libtch.AtgAddScalar, value)
}

// SubScalar is t - value.
func (t Tensor) SubScalar(value float64) Tensor {
	return t.withScalar("sub", libtch.AtgSubScalar, value)
}

// MulScalar is t · value.
func (t Tensor) MulScalar(value float64) Tensor {
	return t.withScalar("mul", libtch.AtgMulScalar, value)
}

// DivScalar is t / value.
func (t Tensor) DivScalar(value float64) Tensor {
	return t.withScalar("div", libtch.AtgDivScalar, value)
}

// ClampMin is the larger of t and low.
func (t Tensor) ClampMin(low float64) Tensor {
	return t.withScalar("clamp", libtch.AtgClampMin, low)
}

// Less is 1 where t is below value and 0 elsewhere, of the type of t.
func (t Tensor) Less(value float64) Tensor {
	return t.withScalar("less", libtch.AtgLt, value).ToDType(t.DType())
}

// Equal is 1 where t is other and 0 elsewhere, of the type of t.
func (t Tensor) Equal(other Tensor) Tensor {
	return t.binary("equal", libtch.AtgEqTensor, other).ToDType(t.DType())
}

// Abs is the distance from 0. Its derivative at 0 is 0.
func (t Tensor) Abs() Tensor { return t.unary("abs", libtch.AtgAbs) }

// Neg is -t.
func (t Tensor) Neg() Tensor { return t.unary("neg", libtch.AtgNeg) }

// Exp is e to the power of t.
func (t Tensor) Exp() Tensor { return t.unary("exp", libtch.AtgExp) }

// Expm1 is exp(t) - 1, exact near 0.
func (t Tensor) Expm1() Tensor { return t.unary("expm1", libtch.AtgExpm1) }

// Sqrt is the square root.
func (t Tensor) Sqrt() Tensor { return t.unary("sqrt", libtch.AtgSqrt) }

// Square is t².
func (t Tensor) Square() Tensor { return t.unary("square", libtch.AtgSquare) }

func (t Tensor) unary(op string, f func(*libtch.Ctensor, libtch.Ctensor)) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	f(s.out, c)
	return s.own(op)
}

func (t Tensor) binary(op string, f func(*libtch.Ctensor, libtch.Ctensor, libtch.Ctensor), other Tensor) Tensor {
	s, c := t.use()
	o := other.use1(s)
	if s.err != nil {
		return s.none()
	}
	f(s.out, c, o)
	return s.own(op)
}

func (t Tensor) withScalar(op string, f func(*libtch.Ctensor, libtch.Ctensor, libtch.Cscalar), value float64) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	f(s.out, c, s.scalar(0, value))
	return s.own(op)
}

// scalar sets one of the scope's two scalars.
func (s *Scope) scalar(slot int, value float64) libtch.Cscalar {
	C.experiment_scalar_set(unsafe.Pointer(s.scalars[slot]), C.double(value))
	return s.scalars[slot]
}
