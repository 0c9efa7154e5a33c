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

// oneHot is δ_ky, of the shape and type of values [K, N, C].
func oneHot(values, targets torch.Tensor) torch.Tensor {
	labels := targets.Expand(values.Size(0), values.Size(1)).Unsqueeze(2)
	return values.ZerosLike().Scatter(2, labels, 1)
}
