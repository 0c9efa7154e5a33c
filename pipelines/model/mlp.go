package model

import (
	"fmt"

	"experiment/internal/torch"
)

// MLP is a multilayer perceptron: linear layers with ReLU between them. inputs is how many numbers an example has, hidden the widths of the hidden
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
		if i > 0 {
			layers = append(layers, relu{})
		}
		layers = append(layers, b.linear(fmt.Sprintf("linear%d", i+1), widths[i], widths[i+1]))
	}
	flat := func(x torch.Tensor) torch.Tensor {
		return x.Reshape(x.Size(0), x.Size(1), inputs).Expand(o.Replicas, -1, -1)
	}
	return b.model(flat, layers)
}
