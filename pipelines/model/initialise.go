package model

import (
	"math"

	"experiment/internal/torch"
)

// A builder collects parameters in the order of the layers.
type builder struct {
	scope      *torch.Scope
	options    Options
	parameters []*Parameter
}

func (b *builder) parameter(name string, fanIn int, shape ...int) *Parameter {
	p := &Parameter{Name: name, shape: shape, fanIn: fanIn}
	b.parameters = append(b.parameters, p)
	return p
}

// linear has weight [K, in, out] and bias [K, 1, out].
func (b *builder) linear(name string, in, out int) linear {
	return linear{
		weight: b.parameter(name+".weight", in, in, out),
		bias:   b.parameter(name+".bias", in, 1, out),
	}
}

// convolution has weight [K, out, in, 3, 3] and bias [K, out].
func (b *builder) convolution(name string, in, out int) convolution {
	const side = 3
	return convolution{
		weight: b.parameter(name+".weight", in*side*side, out, in, side, side),
		bias:   b.parameter(name+".bias", in*side*side, out),
	}
}

// model has the parameters collected. prepare lays inputs [K, N, ...], or [1, N, ...], out for the first layer.
func (b *builder) model(prepare func(torch.Tensor) torch.Tensor, layers []layer) (*Model, error) {
	m := &Model{Parameters: b.parameters, prepare: prepare, layers: layers}
	b.allocate(m)
	return m, b.scope.Err()
}

// alignment is the number of elements that the offset of a parameter is a multiple of: a cache line in single precision.
const alignment = 16

// allocate makes the tensors of a model and draws its weights.
func (b *builder) allocate(m *Model) {
	size := 0
	for _, p := range b.parameters {
		p.start = size
		size += (p.size() + alignment - 1) / alignment * alignment
	}
	replicas := b.options.Replicas
	values := make([]float64, replicas*size)
	for _, p := range b.parameters {
		for k := range replicas {
			b.draw(p, k, values[k*size+p.start:][:p.size()])
		}
	}
	m.Weights = torch.FromSlice(b.scope, values, replicas, size).ToDType(b.options.DType).ToDevice(b.options.Device)
	m.Gradient = m.Weights.ZerosLike()
	weights, gradient := m.Weights, m.Gradient
	if b.options.Rounded {
		weights, gradient = weights.ToDType(torch.BFloat16), gradient.ToDType(torch.BFloat16)
		m.rounded = &rounded{weights, gradient}
	}
	for _, p := range b.parameters {
		p.Value, p.Gradient = p.view(weights), p.view(gradient)
	}
}

// view is the part of a tensor [K, P] that belongs to the parameter, in its shape.
func (p *Parameter) view(of torch.Tensor) torch.Tensor {
	return of.Narrow(1, p.start, p.size()).Reshape(append([]int{of.Size(0)}, p.shape...)...)
}

// draw fills with uniform numbers within ±1/√fanIn: what PyTorch starts its linear and convolutional layers from, weights
// (Kaiming uniform with a = √5; He 2015) and biases alike.
func (b *builder) draw(p *Parameter, replica int, values []float64) {
	b.options.Uniform(replica, values)
	bound := 1 / math.Sqrt(float64(p.fanIn))
	for i, u := range values {
		values[i] = bound * (2*u - 1)
	}
}

// size is the number of elements of one replica.
func (p *Parameter) size() int {
	n := 1
	for _, d := range p.shape {
		n *= d
	}
	return n
}
