package loss

import "experiment/internal/torch"

// logitNorm is the cross-entropy of the logits z/(‖z‖ + 1e-7)/τ, with the Euclidean norm over the classes: the length
// of z does not count. tau within a millionth and a million (Wei 2022). It depends on a shift of the logits.
func logitNorm() formula {
	return formula{
		name:       "logit_norm",
		parameters: []parameter{{"tau", 1e-6, 1e6}},
		ofLogits:   true,
		build: func(coefficients []torch.Tensor) Func {
			tau := coefficients[0].Unsqueeze(2)
			return func(logits, targets torch.Tensor) torch.Tensor {
				norm := logits.Square().Sum(2).ClampMin(smallest).Sqrt().AddScalar(1e-7).Unsqueeze(2)
				return ofLabels(logits.Div(norm).Div(tau).LogSoftmax(2), targets).Neg()
			}
		},
	}
}
