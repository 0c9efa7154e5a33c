package train

import (
	"math"
	"slices"

	"experiment/internal/torch"
)

// AdamW holds what one replica's Adam with decoupled weight decay is done with. With gradient g, weights
// θ and step t counted from 1:
//
//	θ ← θ - LR·WeightDecay·θ
//	m ← Beta1·m + (1-Beta1)·g
//	v ← Beta2·v + (1-Beta2)·g²
//	θ ← θ - LR · m/(1-Beta1^t) / (√(v/(1-Beta2^t)) + Epsilon)
//
// as in PyTorch (Loshchilov and Hutter 2019, arXiv 1711.05101).
type AdamW struct {
	LR, Beta1, Beta2, Epsilon, WeightDecay float64
}

type adamW struct {
	parameters   []torch.Tensor // [K, ...]
	means        []torch.Tensor // m
	squares      []torch.Tensor // v
	replicas     []AdamW
	step         int
	coefficients coefficients
	beta1, beta2 func(torch.Tensor) torch.Tensor
	fresh1       func(torch.Tensor) torch.Tensor // 1 - Beta1
	fresh2       func(torch.Tensor) torch.Tensor // 1 - Beta2
	epsilon      func(torch.Tensor) torch.Tensor // Epsilon
}

// NewAdamW optimises parameters [K, ...] of as many replicas as are given.
func NewAdamW(parameters []torch.Tensor, replicas []AdamW) Optimizer {
	c := coefficientsFor(parameters)
	return &adamW{
		parameters:   parameters,
		means:        buffersLike(parameters),
		squares:      buffersLike(parameters),
		replicas:     replicas,
		coefficients: c,
		beta1:        c.of(each(replicas, func(r AdamW) float64 { return r.Beta1 })),
		beta2:        c.of(each(replicas, func(r AdamW) float64 { return r.Beta2 })),
		fresh1:       c.of(each(replicas, func(r AdamW) float64 { return 1 - r.Beta1 })),
		fresh2:       c.of(each(replicas, func(r AdamW) float64 { return 1 - r.Beta2 })),
		epsilon:      c.of(each(replicas, func(r AdamW) float64 { return r.Epsilon })),
	}
}

func (o *adamW) Step(rate float64) {
	o.step++
	t := float64(o.step)
	keep := o.coefficients.of(each(o.replicas, func(r AdamW) float64 { return 1 - r.LR*rate*r.WeightDecay }))
	step := o.coefficients.of(each(o.replicas, func(r AdamW) float64 { return -r.LR * rate / (1 - math.Pow(r.Beta1, t)) }))
	scale := o.coefficients.of(each(o.replicas, func(r AdamW) float64 { return 1 / math.Sqrt(1-math.Pow(r.Beta2, t)) }))
	for i, p := range o.parameters {
		g, m, v := p.Grad(), o.means[i], o.squares[i]
		p.Mul_(keep(p))
		m.Mul_(o.beta1(p))
		m.Addcmul_(o.fresh1(p), g)
		v.Mul_(o.beta2(p))
		v.Addcmul_(o.fresh2(p), g.Square())
		denominator := v.Sqrt()
		denominator.Mul_(scale(p))
		denominator.Add_(o.epsilon(p))
		p.Addcmul_(step(p), m.Div(denominator))
	}
}

func (o *adamW) Buffers() []torch.Tensor { return slices.Concat(o.means, o.squares) }

func (o *adamW) Skip(steps int) { o.step += steps }
