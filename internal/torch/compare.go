package torch

import "github.com/sugarme/gotch/libtch"

// Eq tells where t equals other, as booleans.
func (t Tensor) Eq(other Tensor) Tensor { return t.binary("eq", libtch.AtgEqTensor, other) }

// Gt tells where t > other, as booleans.
func (t Tensor) Gt(other Tensor) Tensor { return t.binary("gt", libtch.AtgGtTensor, other) }

// GtScalar tells where t > value, as booleans.
func (t Tensor) GtScalar(value float64) Tensor { return t.withScalar("gt", libtch.AtgGt, value) }

// LtScalar tells where t < value, as booleans.
func (t Tensor) LtScalar(value float64) Tensor { return t.withScalar("lt", libtch.AtgLt, value) }

// IsFinite tells where t is neither infinite nor NaN, as booleans.
func (t Tensor) IsFinite() Tensor { return t.unary("is finite", libtch.AtgIsfinite) }

// All is whether every boolean of t is true, as a tensor of one element.
func (t Tensor) All() Tensor { return t.unary("all", libtch.AtgAll) }

// Where is yes where the boolean t is true, and no elsewhere.
func (t Tensor) Where(yes, no Tensor) Tensor {
	s, c := t.use()
	a, b := yes.use1(s), no.use1(s)
	if s.err != nil {
		return s.none()
	}
	libtch.AtgWhereSelf(s.out, c, a, b)
	return s.own("where")
}
