package loss

import "experiment/internal/torch"

// brier is Σ_k (q_k - δ_ky)², from 0 to 2 (Brier 1950).
func brier() formula {
	return formula{
		name: "brier",
		build: func([]torch.Tensor) Func {
			return func(logits, targets torch.Tensor) torch.Tensor {
				q := logits.LogSoftmax(2).Exp()
				return q.Sub(oneHot(q, targets)).Square().Sum(2)
			}
		},
	}
}

// oneHot is δ_ky for values [K, N, C], of their type: [K, N, C], or [1, N, C] for targets [1, N].
func oneHot(values, targets torch.Tensor) torch.Tensor {
	classes := values.Scope().Arange(values.Device(), values.Size(2))
	return targets.Unsqueeze(2).Equal(classes).ToDType(values.DType())
}
