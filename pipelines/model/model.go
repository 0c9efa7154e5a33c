// Package model holds the architectures, each for K replicas at once: every parameter carries a leading dimension K,
// linear layers are batched matrix products and convolutions are grouped. K = 1 is the ordinary case.
package model

import (
	"fmt"

	"experiment/internal/torch"
)

// A Model maps inputs to logits. Its tensors live in the region it was made in.
type Model struct {
	Parameters []*Parameter
	// Weights and Gradient hold the parameters and their gradients, a row for each replica, one parameter after the other
	// with gaps between them where both are 0: [K, P].
	Weights, Gradient torch.Tensor

	prepare func(x torch.Tensor) torch.Tensor // for the first layer
	layers  []layer
}

// A Parameter is what training changes: Value is a view of the model's Weights, Gradient of its Gradient. The first
// dimension of both is K.
type Parameter struct {
	Name            string
	Value, Gradient torch.Tensor

	shape []int // without K
	start int   // in a row of the model's Weights
	fanIn int
}

// Options are common to all architectures.
type Options struct {
	Replicas int // K, at least 1
	DType    torch.DType
	Device   torch.Device

	// Uniform fills values with uniform numbers from [0, 1) of one replica's own stream, each call continuing where the last
	// one for that replica ended. So the weights of a replica do not depend on how many there are.
	Uniform func(replica int, values []float64)
}

// Forward gives the logits [K, N, C] of inputs [K, N, ...]. Where all replicas see the same batch, x may be an expanded
// view of one, or simply [1, N, ...].
func (m *Model) Forward(x torch.Tensor) torch.Tensor {
	logits, _ := m.Pass(x)
	return logits
}

// Pass is Forward and the way back: given the gradient of the logits, backward puts those of the parameters into
// Gradient.
func (m *Model) Pass(x torch.Tensor) (logits torch.Tensor, backward func(gradient torch.Tensor)) {
	return chain(m.prepare(x), m.layers)
}

func (o Options) validate() error {
	switch {
	case o.Replicas < 1:
		return fmt.Errorf("%d replicas", o.Replicas)
	case o.Uniform == nil:
		return fmt.Errorf("no source of random numbers")
	case o.DType != torch.Float32 && o.DType != torch.Float64:
		return fmt.Errorf("parameters of type %s", o.DType)
	}
	return nil
}

// positive is an error where size is not.
func positive(name string, size int) error {
	if size < 1 {
		return fmt.Errorf("%s is %d, not positive", name, size)
	}
	return nil
}
