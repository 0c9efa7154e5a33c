package model

import (
	"fmt"

	"experiment/internal/torch"
)

// MLP is a multilayer perceptron: linear layers with ReLU between them. inputs is D, hidden the widths of the hidden
// layers; none makes it softmax regression. Weights are [K, in, out], biases [K, 1, out].
func MLP(s *torch.Scope, o Options, inputs int, hidden []int, classes int) (*Model, error) {
	widths := append(append([]int{inputs}, hidden...), classes)
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("building mlp: %w", err)
	}
	for _, width := range widths {
		if err := positive("a width", width); err != nil {
			return nil, fmt.Errorf("building mlp: %w", err)
		}
	}
	b := builder{scope: s, options: o}
	var layers []layer
	for i := range len(widths) - 1 {
		layers = append(layers, b.linear(fmt.Sprintf("linear%d", i+1), widths[i], widths[i+1]))
	}
	forward := func(x torch.Tensor) torch.Tensor {
		for i, l := range layers {
			if i > 0 {
				x = x.ReLU()
			}
			x = x.Linear(l.weight, l.bias)
		}
		return x
	}
	return newModel(b, 3, forward)
}
