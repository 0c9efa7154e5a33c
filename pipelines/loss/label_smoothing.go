package loss

import "experiment/internal/torch"

// labelSmoothing is ε·CE(U‖q) + (1-ε)·CE(δ_y‖q): cross-entropy to labels mixed with the uniform distribution U over
// all C classes, the true one included. epsilon within 0 and 1; 0 is cross-entropy (Szegedy 2016, section 7).
func labelSmoothing() formula {
	return formula{
		name:       "label_smoothing",
		parameters: []parameter{{"epsilon", 0, 1}},
		build: func(coefficients []torch.Tensor) Func {
			epsilon := coefficients[0]
			hard := epsilon.Neg().AddScalar(1)
			return func(logits, targets torch.Tensor) torch.Tensor {
				logq := logits.LogSoftmax(2)
				return hard.Mul(ofLabels(logq, targets)).Add(epsilon.Mul(logq.Mean(2))).Neg()
			}
		},
	}
}
