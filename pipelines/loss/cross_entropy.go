package loss

import "experiment/internal/torch"

// crossEntropy is -log q_y, with q the softmax of the logits and y the label (Good 1952).
func crossEntropy() formula {
	return formula{
		name: "cross_entropy",
		build: func([]torch.Tensor) Func {
			return func(logits, targets torch.Tensor) torch.Tensor {
				return ofLabels(logits.LogSoftmax(2), targets).Neg()
			}
		},
	}
}

// ofLabels picks the value of each example's label: values [K, N, C], targets [K, N] or [1, N], result [K, N].
func ofLabels(values, targets torch.Tensor) torch.Tensor {
	if values.Device() != torch.CPU {
		return masked(values, targets)
	}
	labels := targets.Expand(values.Size(0), values.Size(1)).Unsqueeze(2)
	return values.Gather(2, labels).Squeeze(2)
}

// masked is ofLabels by a product with δ_y, since the derivative of gather, where it is to be deterministic, waits for a GPU or
// is refused. Values are finite.
func masked(values, targets torch.Tensor) torch.Tensor {
	return values.Mul(oneHot(values, targets)).Sum(2)
}
