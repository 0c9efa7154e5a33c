// Package model holds the architectures, each for K replicas at once: every parameter carries a leading dimension K,
// linear layers are batched matrix products and convolutions are grouped. K = 1 is the ordinary case.
package model

import (
	"fmt"

	"experiment/internal/torch"
)

// A Model maps inputs to logits. Its parameters live in the region it was made in.
type Model struct {
	Parameters []Parameter
	shared     []int // what to expand a batch that all replicas share to
	forward    func(x torch.Tensor) torch.Tensor
}

// A Parameter is what training changes. Value is a leaf that requires a gradient; its first dimension is K.
type Parameter struct {
	Name  string
	Value torch.Tensor
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

// Forward gives the logits [K, N, C] of inputs [K, N, D], or [K, N, channels, height, width] for images. Where all
// replicas see the same batch, x may be an expanded view of one, or simply [1, N, ...].
func (m *Model) Forward(x torch.Tensor) torch.Tensor {
	return m.forward(x.Expand(m.shared...))
}

// newModel is a model of inputs with the given number of dimensions, K and N included.
func newModel(b builder, dims int, forward func(torch.Tensor) torch.Tensor) (*Model, error) {
	shared := make([]int, dims)
	for i := range shared {
		shared[i] = -1
	}
	shared[0] = b.options.Replicas
	return &Model{Parameters: b.parameters, shared: shared, forward: forward}, b.scope.Err()
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
