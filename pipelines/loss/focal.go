package loss

import (
	"slices"

	"experiment/internal/torch"
)

// focal is CE_γ(p~‖q) = -Σ_k p~_k·(1-q_k)^γ·log q_k with labels mixed with the uniform distribution over all C classes,
// p~ = ε/C + (1-ε)·δ_y; that is (1-ε)·F(q_y) + ε·mean_k F(q_k) with F(q) = -(1-q)^γ·log q. gamma at least 0, epsilon
// within 0 and 1; without smoothing it is F(q_y) (Lin 2017, equation 4), and γ = 0 is label smoothing.
func focal() formula {
	return formula{
		name:       "focal",
		parameters: []parameter{atLeast("gamma", 0), {"epsilon", 0, 1}},
		build: func(coefficients []torch.Tensor) Func {
			gamma, epsilon := coefficients[0], coefficients[1]
			hard := epsilon.Neg().AddScalar(1)
			smoothed := slices.ContainsFunc(epsilon.Float64s(), func(v float64) bool { return v > 0 })
			return func(logits, targets torch.Tensor) torch.Tensor {
				logq := logits.LogSoftmax(2)
				ofLabel := focalOf(ofLabels(logq, targets), gamma)
				if !smoothed {
					return ofLabel
				}
				ofAll := focalOf(logq, gamma.Unsqueeze(2)).Mean(2)
				return hard.Mul(ofLabel).Add(epsilon.Mul(ofAll))
			}
		},
	}
}

// smallest is a divisor or a square instead of 0. Any other is far larger: 1 - q is at least the distance between 1 and
// the number before it.
const smallest = 1e-30

// focalOf is the focal loss as a function of l = log q; gamma is a constant.
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
