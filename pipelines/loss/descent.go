package loss

import "experiment/internal/torch"

// A Descent is what training goes down along: the mean loss of each replica over its N examples, float64 [K], and the
// gradient of their sum by the logits, [K, N, C], in which each replica has its own.
type Descent func(logits, targets torch.Tensor) (mean, gradient torch.Tensor)

// NewDescent is [New] with the gradient. On a CPU the losses of the focal family, be they of one name or not, are
// computed in one pass, in closed form and in float64; libtorch differentiates all others.
func NewDescent(s *torch.Scope, dtype torch.DType, device torch.Device, members ...Member) (Descent, error) {
	f, err := New(s, dtype, device, members...)
	if err != nil {
		return nil, err
	}
	if gamma, epsilon, ok := focalFamily(members); ok && device == torch.CPU {
		return func(logits, targets torch.Tensor) (mean, gradient torch.Tensor) {
			return logits.FocalDescent(targets, gamma, epsilon)
		}, nil
	}
	return func(logits, targets torch.Tensor) (mean, gradient torch.Tensor) {
		z := logits.Detach().RequireGrad()
		mean = f(z, targets).Mean(1)
		mean.Sum().Backward()
		return mean.Detach().ToDType(torch.Float64), z.Grad()
	}, nil
}

// focalFamily gives the members as focal losses with smoothed labels, if all are: cross-entropy has neither γ nor ε, label
// smoothing no γ.
func focalFamily(members []Member) (gamma, epsilon []float64, ok bool) {
	for _, m := range members {
		switch m.Name {
		case "cross_entropy":
			gamma, epsilon = append(gamma, 0), append(epsilon, 0)
		case "label_smoothing":
			gamma, epsilon = append(gamma, 0), append(epsilon, m.Parameters[0])
		case "focal":
			gamma, epsilon = append(gamma, m.Parameters[0]), append(epsilon, m.Parameters[1])
		default:
			return nil, nil, false
		}
	}
	return gamma, epsilon, true
}
