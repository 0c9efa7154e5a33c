package loss

import "experiment/internal/torch"

// dualFocal is -(1 - q_y + q_j)^γ·log q_y, with q_j the largest probability strictly below q_y, or 0 where none is.
// gamma at least 0; 0 is cross-entropy (Tao 2023). Classes that tie for q_j share its gradient.
func dualFocal() formula {
	return formula{
		name:       "dual_focal",
		parameters: []parameter{atLeast("gamma", 0)},
		build: func(coefficients []torch.Tensor) Func {
			gamma := coefficients[0]
			return func(logits, targets torch.Tensor) torch.Tensor {
				logq := logits.LogSoftmax(2)
				l := ofLabels(logq, targets)
				below := logq.Detach().Sub(l.Detach().Unsqueeze(2)).Less(0)
				return dualFocalOf(l, logq.Exp().Mul(below).Max(2), gamma)
			}
		},
	}
}

// dualFocalOf is the loss as a function of l = log q_y and second = q_j.
//
// With b = 1 - q_y + q_j it is -b^γ·l, and its derivatives by l and by q_j are
//
//	b^γ·(γ·q_y·l/b - 1)  and  -b^γ·γ·l/b.
//
// They are given in closed form for the reason that focalOf has.
func dualFocalOf(l, second, gamma torch.Tensor) torch.Tensor {
	copied, below := l.Detach(), second.Detach()
	base := below.Sub(copied.Expm1())
	weight := base.Pow(gamma)
	ratio := gamma.Mul(copied.Div(base.ClampMin(smallest)))
	value := weight.Mul(copied).Neg()
	slope := weight.Mul(ratio.Mul(copied.Exp()).SubScalar(1))
	slopeBelow := weight.Mul(ratio).Neg()
	return value.Add(slope.Mul(l.Sub(copied))).Add(slopeBelow.Mul(second.Sub(below)))
}
