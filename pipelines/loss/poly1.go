package loss

import "experiment/internal/torch"

// poly1 is CE(δ_y‖q) + ε·(1 - q_y): cross-entropy with another first coefficient of its expansion in powers of 1 - q_y.
// epsilon at least -1; 0 is cross-entropy (Leng 2022).
func poly1() formula {
	return formula{
		name:       "poly1",
		parameters: []parameter{atLeast("epsilon", -1)},
		build: func(coefficients []torch.Tensor) Func {
			epsilon := coefficients[0]
			return func(logits, targets torch.Tensor) torch.Tensor {
				l := ofLabels(logits.LogSoftmax(2), targets)
				return l.Add(epsilon.Mul(l.Expm1())).Neg()
			}
		},
	}
}
