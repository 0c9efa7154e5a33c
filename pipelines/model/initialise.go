package model

import (
	"math"

	"experiment/internal/torch"
)

// A builder makes parameters in the order of the layers.
type builder struct {
	scope      *torch.Scope
	options    Options
	parameters []Parameter
}

// uniform is a parameter [K, shape...] whose values are uniform within ±1/√fanIn: what PyTorch starts its linear and
// convolutional layers from, weights (Kaiming uniform with a = √5; He 2015) and biases alike.
func (b *builder) uniform(name string, fanIn int, shape ...int) torch.Tensor {
	size := 1
	for _, n := range shape {
		size *= n
	}
	replicas := b.options.Replicas
	values := make([]float64, replicas*size)
	for k := range replicas {
		b.options.Uniform(k, values[k*size:(k+1)*size])
	}
	bound := 1 / math.Sqrt(float64(fanIn))
	for i, u := range values {
		values[i] = bound * (2*u - 1)
	}
	full := append([]int{replicas}, shape...)
	value := torch.FromSlice(b.scope, values, full...).ToDType(b.options.DType).ToDevice(b.options.Device).RequireGrad()
	b.parameters = append(b.parameters, Parameter{Name: name, Value: value})
	return value
}

// A layer is an affine map with its weight and bias.
type layer struct{ weight, bias torch.Tensor }

// linear makes weight [K, in, out] and bias [K, 1, out].
func (b *builder) linear(name string, in, out int) layer {
	return layer{
		weight: b.uniform(name+".weight", in, in, out),
		bias:   b.uniform(name+".bias", in, 1, out),
	}
}

// convolution makes weight [K, out, in, 3, 3] and bias [K, out].
func (b *builder) convolution(name string, in, out int) layer {
	const side = 3
	return layer{
		weight: b.uniform(name+".weight", in*side*side, out, in, side, side),
		bias:   b.uniform(name+".bias", in*side*side, out),
	}
}
