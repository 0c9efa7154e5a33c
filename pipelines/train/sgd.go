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
	parameters   []torch.Tensor // [K, ...]
	velocities   []torch.Tensor // of the parameters' shapes; none without momentum
	rates        []float64
	decays       []float64
	nesterov     bool
	coefficients coefficients
	momentum     func(torch.Tensor) torch.Tensor
	decay        func(torch.Tensor) torch.Tensor
}

// NewSGD optimises parameters [K, ...] of as many replicas as are given. Nesterov is that of the first
// and must be that of all.
func NewSGD(parameters []torch.Tensor, replicas []SGD) Optimizer {
	o := &sgd{
		parameters:   parameters,
		rates:        each(replicas, func(r SGD) float64 { return r.LR }),
		decays:       each(replicas, func(r SGD) float64 { return r.WeightDecay }),
		nesterov:     replicas[0].Nesterov,
		coefficients: coefficientsFor(parameters),
	}
	o.decay = o.coefficients.of(o.decays)
	if momenta := each(replicas, func(r SGD) float64 { return r.Momentum }); !zeros(momenta) {
		o.momentum = o.coefficients.of(momenta)
		o.velocities = buffersLike(parameters)
	}
	return o
}

func (o *sgd) Step(rate float64) {
	step := o.coefficients.of(each(o.rates, func(lr float64) float64 { return -lr * rate }))
	decaying := !zeros(o.decays)
	for i, p := range o.parameters {
		g := p.Grad()
		if decaying {
			g.Addcmul_(o.decay(p), p)
		}
		if o.velocities != nil {
			m, v := o.momentum(p), o.velocities[i]
			v.Mul_(m)
			v.Add_(g)
			if o.nesterov {
				g.Addcmul_(m, v)
			} else {
				g = v
			}
		}
		p.Addcmul_(step(p), g)
	}
}

func (o *sgd) Buffers() []torch.Tensor { return o.velocities }

func (o *sgd) Skip(int) {}
