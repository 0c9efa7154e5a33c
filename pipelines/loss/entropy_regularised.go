package loss

import "experiment/internal/torch"

// entropyRegularised is CE(δ_y‖q) - γ·H[q]: cross-entropy less the entropy of the prediction, gamma at least 0; 0 is
// cross-entropy (the confidence penalty, Pereyra 2017, section 3).
func entropyRegularised() formula {
	return formula{
		name:       "entropy_regularised",
		parameters: []parameter{atLeast("gamma", 0)},
		build: func(coefficients []torch.Tensor) Func {
			gamma := coefficients[0]
			return func(logits, targets torch.Tensor) torch.Tensor {
				logq := logits.LogSoftmax(2)
				negentropy := logq.Exp().Mul(logq).Sum(2)
				return gamma.Mul(negentropy).Sub(ofLabels(logq, targets))
			}
		},
	}
}
