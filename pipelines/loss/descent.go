package loss

import "experiment/internal/torch"

// A Descent is what training goes down along: the mean loss of each replica over its N examples, float64 [K], and the
// gradient of their sum by the logits, [K, N, C], in which each replica has its own.
type Descent func(logits, targets torch.Tensor) (mean, gradient torch.Tensor)

// NewDescent is [New] with the gradient. On a CPU the losses of the focal family, be they of one name or not, are
// computed in one pass, in closed form and in float64; libtorch differentiates all others. What a replica gets does not
// depend on its neighbours.
func NewDescent(s *torch.Scope, dtype torch.DType, device torch.Device, members ...Member) (Descent, error) {
	if len(members) == 0 {
		_, err := New(s, dtype, device)
		return nil, err
	}
	var parts []descentPart
	for start := 0; start < len(members); {
		end := start + 1
		for end < len(members) && inFocalFamily(members[end]) == inFocalFamily(members[start]) {
			end++
		}
		f, err := New(s, dtype, device, members[start:end]...)
		if err != nil {
			return nil, err
		}
		descent := differentiated(f)
		if inFocalFamily(members[start]) && device == torch.CPU {
			descent = ofFocalFamily(members[start:end])
		}
		parts = append(parts, descentPart{span{start, end - start}, descent})
		start = end
	}
	if len(parts) == 1 {
		return parts[0].descent, nil
	}
	return joinedDescent(parts), nil
}

// differentiated is a loss whose gradient libtorch finds.
func differentiated(f Func) Descent {
	return func(logits, targets torch.Tensor) (mean, gradient torch.Tensor) {
		z := logits.Detach().RequireGrad()
		mean = f(z, targets).Mean(1)
		mean.Sum().Backward()
		return mean.Detach().ToDType(torch.Float64), z.Grad()
	}
}

// inFocalFamily says whether a loss is a focal loss with smoothed labels: cross-entropy has neither γ nor ε, label
// smoothing no γ.
func inFocalFamily(m Member) bool {
	return m.Name == "cross_entropy" || m.Name == "label_smoothing" || m.Name == "focal"
}

// ofFocalFamily is the closed form for members of the family.
func ofFocalFamily(members []Member) Descent {
	gamma, epsilon := make([]float64, len(members)), make([]float64, len(members))
	for i, m := range members {
		switch m.Name {
		case "label_smoothing":
			epsilon[i] = m.Parameters[0]
		case "focal":
			gamma[i], epsilon[i] = m.Parameters[0], m.Parameters[1]
		}
	}
	return func(logits, targets torch.Tensor) (mean, gradient torch.Tensor) {
		return logits.FocalDescent(targets, gamma, epsilon)
	}
}

// A descentPart is the descent of a span.
type descentPart struct {
	span
	descent Descent
}

// joinedDescent computes each part on its replicas.
func joinedDescent(parts []descentPart) Descent {
	return func(logits, targets torch.Tensor) (mean, gradient torch.Tensor) {
		means, gradients := make([]torch.Tensor, len(parts)), make([]torch.Tensor, len(parts))
		for i, p := range parts {
			means[i], gradients[i] = p.descent(p.of(logits, targets))
		}
		return logits.Scope().Cat(0, means...), logits.Scope().Cat(0, gradients...)
	}
}
