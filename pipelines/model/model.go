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
	// Where layers compute in another type than that of Weights, they read and write these in their place.
	rounded *rounded
}

// rounded are the weights and gradients of a model in the type that its layers compute in: [K, P].
type rounded struct{ weights, gradient torch.Tensor }

// A Parameter is what training changes: Value is a view of the model's Weights, Gradient of its Gradient, or of what
// these are rounded to. The first dimension of both is K.
type Parameter struct {
	Name            string
	Value, Gradient torch.Tensor

	shape []int // without K
	start int   // in a row of the model's Weights
	fanIn int
}

// Options are common to all architectures.
type Options struct {
	Replicas int         // K, at least 1
	DType    torch.DType // of the weights
	Device   torch.Device

	// Rounded says that layers compute in bfloat16: the weights and inputs are rounded before a pass, and what comes out of
	// it, logits and gradients, is of DType again, as in mixed precision (Micikevicius 2018).
	Rounded bool

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
	if m.rounded == nil {
		return chain(m.prepare(x), m.layers)
	}
	narrow := m.rounded.weights.DType()
	m.rounded.weights.Copy_(m.Weights)
	logits, back := chain(m.prepare(x.ToDType(narrow)), m.layers)
	return logits.ToDType(m.Weights.DType()), func(gradient torch.Tensor) {
		back(gradient.ToDType(narrow))
		m.Gradient.Copy_(m.rounded.gradient)
	}
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
