package loss

import "experiment/internal/torch"

// focalFLSD53 is -(1-q_y)^γ·log q_y with γ = 5 where q_y < 0.2 and γ = 3 elsewhere, example by example; γ is a constant
// to the gradient (Mukhoti 2020).
func focalFLSD53() formula {
	return formula{
		name: "focal_flsd53",
		build: func([]torch.Tensor) Func {
			return func(logits, targets torch.Tensor) torch.Tensor {
				l := ofLabels(logits.LogSoftmax(2), targets)
				gamma := l.Detach().Exp().Less(0.2).MulScalar(2).AddScalar(3)
				return focalOf(l, gamma)
			}
		},
	}
}
