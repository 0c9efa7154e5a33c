package loss

import "experiment/internal/torch"

// mdca is F(q_y) + β·MDCA, with F the focal loss, cross-entropy at γ = 0, and
//
//	MDCA = mean_k |mean_i q_ik - mean_i 1[y_i = k]|
//
// over the C classes k and the examples i of the batch. beta within 0 and a million, gamma at least 0 (Hebbalaguppe
// 2022). MDCA is a value of the batch, added to every example.
func mdca() formula {
	return formula{
		name:       "mdca",
		parameters: []parameter{{"beta", 0, 1e6}, atLeast("gamma", 0)},
		ofBatch:    true,
		build: func(coefficients []torch.Tensor) Func {
			beta, gamma := coefficients[0], coefficients[1]
			return func(logits, targets torch.Tensor) torch.Tensor {
				logq := logits.LogSoftmax(2)
				base := focalOf(ofLabels(logq, targets), gamma)
				q := logq.Exp()
				frequency := oneHot(q, targets).Mean(1)
				difference := q.Mean(1).Sub(frequency).Abs().Mean(1)
				return base.Add(beta.Mul(difference.Unsqueeze(1)))
			}
		},
	}
}
