package loss

import "experiment/internal/torch"

// marginLabelSmoothing is CE(δ_y‖q) + α·mean_k max(0, max_j z_j - z_k - m) with the logits z: only what a logit lies
// more than the margin m below the largest is penalised. margin and alpha within 0 and a million; α = 0 is cross-entropy
// (Liu 2022). Classes that tie for the largest logit share its gradient.
func marginLabelSmoothing() formula {
	return formula{
		name:       "margin_label_smoothing",
		parameters: []parameter{{"margin", 0, 1e6}, {"alpha", 0, 1e6}},
		build: func(coefficients []torch.Tensor) Func {
			margin, alpha := coefficients[0].Unsqueeze(2), coefficients[1]
			return func(logits, targets torch.Tensor) torch.Tensor {
				distance := logits.Max(2).Unsqueeze(2).Sub(logits)
				excess := distance.Sub(margin).ReLU().Mean(2)
				return alpha.Mul(excess).Sub(ofLabels(logits.LogSoftmax(2), targets))
			}
		},
	}
}
