package train

import "experiment/internal/torch"

// SGD holds what one replica's stochastic gradient descent is done with. With gradient g and weights θ:
//
//	g ← g + WeightDecay·θ
//	v ← Momentum·v + g
//	θ ← θ - LR·v                    or, with Nesterov,
//	θ ← θ - LR·(g + Momentum·v)
//
// as in PyTorch without dampening (Sutskever 2013).
type SGD struct {
	LR, Momentum, WeightDecay float64
	Nesterov                  bool
}

type sgd struct {
	plan                           // of -LR at its share
	weights, gradient torch.Tensor // [K, P]
	velocity          torch.Tensor // [K, P], where there is momentum
	replicas          []SGD
	decaying, moving  bool         // whether there is weight decay, momentum
	decay, momentum   torch.Tensor // [K, 1]
}

// NewSGD optimises weights [K, P] of as many replicas as are given. Nesterov is that of the first and must be that of all.
func NewSGD(weights, gradient torch.Tensor, replicas []SGD) Optimizer {
	decays := func(r SGD) float64 { return r.WeightDecay }
	momenta := func(r SGD) float64 { return r.Momentum }
	return &sgd{
		plan:     newPlan(weights, 1),
		weights:  weights,
		gradient: gradient,
		velocity: weights.ZerosLike(),
		replicas: replicas,
		decaying: !zeros(each(replicas, decays)),
		moving:   !zeros(each(replicas, momenta)),
		decay:    coefficients(weights, replicas, decays),
		momentum: coefficients(weights, replicas, momenta),
	}
}

func (o *sgd) Plan(rates []float64) {
	var steps []float64
	for _, rate := range rates {
		steps = append(steps, each(o.replicas, func(r SGD) float64 { return -r.LR * rate })...)
	}
	o.set(len(rates), steps)
}

func (o *sgd) Step() {
	g := o.gradient
	if o.decaying {
		g.Addcmul_(o.decay, o.weights)
	}
	if o.moving {
		o.velocity.Mul_(o.momentum)
		o.velocity.Add_(g)
		if o.replicas[0].Nesterov {
			g.Addcmul_(o.momentum, o.velocity)
		} else {
			g = o.velocity
		}
	}
	o.weights.Addcmul_(o.of[0], g)
}

func (o *sgd) Buffers() []torch.Tensor {
	if !o.moving {
		return nil
	}
	return []torch.Tensor{o.velocity}
}

func (o *sgd) Skip(int) {}
