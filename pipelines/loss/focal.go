package loss

import (
	"math"

	"experiment/internal/torch"
)

// focal is -(1-q_y)^γ·log q_y, gamma at least 0; 0 is cross-entropy (Lin 2017, equation 4).
func focal() formula {
	return formula{
		name:       "focal",
		parameters: []parameter{{name: "gamma", max: math.MaxFloat32}},
		build: func(coefficients []torch.Tensor) Func {
			gamma := coefficients[0]
			return func(logits, targets torch.Tensor) torch.Tensor {
				return focalOf(ofLabels(logits.LogSoftmax(2), targets), gamma)
			}
		},
	}
}

// smallest keeps the quotient l/m of focalOf finite where m is 0. Any other m is far larger, for 1 - q is then at least
// the distance between 1 and the number before it.
const smallest = 1e-30

// focalOf is the focal loss as a function of l = log q_y.
//
// With m = 1 - q it is -m^γ·l, and its derivative by l is
//
//	m^γ·(γ·q·l/m - 1).
//
// For γ < 1 differentiating factor by factor meets m^(γ-1), infinite at q = 1, times 0. So value and derivative are
// computed from a constant copy of l, both in closed form, and joined as value + derivative·(l - copy): the last factor
// is exactly 0, and what reaches l on the way back is exactly the derivative. At q = 1 it is 0 for γ > 0, and -1 for
// γ = 0.
func focalOf(l, gamma torch.Tensor) torch.Tensor {
	copied := l.Detach()
	q, m := copied.Exp(), copied.Expm1().Neg()
	weight := m.Pow(gamma)
	value := weight.Mul(copied).Neg()
	slope := weight.Mul(gamma.Mul(q).Mul(copied.Div(m.ClampMin(smallest))).SubScalar(1))
	return value.Add(slope.Mul(l.Sub(copied)))
}
