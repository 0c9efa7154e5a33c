package loss

import "experiment/internal/torch"

// mmce is F(q_y) + λ·MMCE, with F the focal loss, cross-entropy at γ = 0, and
//
//	MMCE = sqrt(Σ_ij (c_i - r_i)·(c_j - r_j)·exp(-|r_i - r_j|/0.4)) / m
//
// over the m examples of the batch; r is the confidence and c = 1 where the prediction, the first of equals, is right,
// 0 elsewhere. lambda within 0 and a million, gamma at least 0 (Kumar 2018). MMCE is a value of the batch,
// added to every example; it takes memory for m² numbers a replica.
func mmce() formula {
	return formula{
		name:       "mmce",
		parameters: []parameter{{"lambda", 0, 1e6}, atLeast("gamma", 0)},
		ofBatch:    true,
		build: func(coefficients []torch.Tensor) Func {
			lambda, gamma := coefficients[0], coefficients[1]
			return func(logits, targets torch.Tensor) torch.Tensor {
				logq := logits.LogSoftmax(2)
				base := focalOf(ofLabels(logq, targets), gamma)
				return base.Add(lambda.Mul(kernelError(logq, targets)))
			}
		},
	}
}

// kernelError is MMCE, [K, 1]. Its square is the squared length of a vector, so never below 0 but for rounding; where
// it is 0 the gradient is taken to be 0.
func kernelError(logq, targets torch.Tensor) torch.Tensor {
	predicted := logq.Detach().ArgMax(2)
	confidence := ofLabels(logq, predicted).Exp()
	gap := predicted.Equal(targets).ToDType(logq.DType()).Sub(confidence)
	kernel := confidence.Unsqueeze(2).Sub(confidence.Unsqueeze(1)).Abs().DivScalar(-0.4).Exp()
	square := kernel.Mul(gap.Unsqueeze(1)).Sum(2).Mul(gap).Sum(1).Unsqueeze(1)
	return square.ClampMin(smallest).Sqrt().DivScalar(float64(logq.Size(1)))
}
