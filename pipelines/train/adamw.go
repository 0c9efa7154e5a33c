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
	plan                           // of keep, step and scale
	weights, gradient torch.Tensor // [K, P]
	mean, square      torch.Tensor // m and v, [K, P]
	replicas          []AdamW
	steps             int          // that are made or planned
	beta1, beta2      torch.Tensor // [K, 1], as the others
	fresh1            torch.Tensor // 1 - Beta1
	fresh2            torch.Tensor // 1 - Beta2
	epsilon           torch.Tensor // Epsilon
}

// NewAdamW optimises weights [K, P] of as many replicas as are given.
func NewAdamW(weights, gradient torch.Tensor, replicas []AdamW) Optimizer {
	return &adamW{
		plan:     newPlan(weights, 3),
		weights:  weights,
		gradient: gradient,
		mean:     weights.ZerosLike(),
		square:   weights.ZerosLike(),
		replicas: replicas,
		beta1:    coefficients(weights, replicas, func(r AdamW) float64 { return r.Beta1 }),
		beta2:    coefficients(weights, replicas, func(r AdamW) float64 { return r.Beta2 }),
		fresh1:   coefficients(weights, replicas, func(r AdamW) float64 { return 1 - r.Beta1 }),
		fresh2:   coefficients(weights, replicas, func(r AdamW) float64 { return 1 - r.Beta2 }),
		epsilon:  coefficients(weights, replicas, func(r AdamW) float64 { return r.Epsilon }),
	}
}

func (o *adamW) Plan(rates []float64) {
	var keep, step, scale []float64
	for _, rate := range rates {
		o.steps++
		t := float64(o.steps)
		keep = append(keep, each(o.replicas, func(r AdamW) float64 { return 1 - r.LR*rate*r.WeightDecay })...)
		step = append(step, each(o.replicas, func(r AdamW) float64 { return -r.LR * rate / (1 - math.Pow(r.Beta1, t)) })...)
		scale = append(scale, each(o.replicas, func(r AdamW) float64 { return 1 / math.Sqrt(1-math.Pow(r.Beta2, t)) })...)
	}
	o.set(len(rates), slices.Concat(keep, step, scale))
}

func (o *adamW) Step() {
	keep, step, scale := o.of[0], o.of[1], o.of[2]
	o.weights.Mul_(keep)
	o.mean.Mul_(o.beta1)
	o.mean.Addcmul_(o.fresh1, o.gradient)
	o.square.Mul_(o.beta2)
	o.square.Addcmul_(o.fresh2, o.gradient.Square())
	denominator := o.square.Sqrt()
	denominator.Mul_(scale)
	denominator.Add_(o.epsilon)
	o.weights.Addcmul_(step, o.mean.Div(denominator))
}

func (o *adamW) Buffers() []torch.Tensor { return []torch.Tensor{o.mean, o.square} }

func (o *adamW) Skip(steps int) { o.steps += steps }
