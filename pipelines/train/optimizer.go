package train

import (
	"slices"

	"experiment/internal/torch"
)

// Optimizer moves the weights [K, P] of K replicas along their gradient.
type Optimizer interface {
	// Plan says at which shares of the full learning rate the next steps are made. It is forgotten at the end of the innermost
	// region.
	Plan(rates []float64)

	// Next readies the next step that is planned.
	Next()

	// Step makes that step. It may change the gradient, and is made of operations on the device alone.
	Step()

	// Buffers are the tensors [K, P] that a step leaves to the next one.
	Buffers() []torch.Tensor

	// Skip counts so many steps as made: the weights and buffers are to be what they left.
	Skip(steps int)
}

// coefficients are numbers, one for each of the replicas, as a tensor [K, 1] that multiplies weights like these.
func coefficients[R any](like torch.Tensor, replicas []R, f func(R) float64) torch.Tensor {
	return torch.FromSlice(like.Scope(), each(replicas, f), len(replicas), 1).ToDType(like.DType()).ToDevice(like.Device())
}

// each maps the replicas to one number each.
func each[R any](replicas []R, f func(R) float64) []float64 {
	values := make([]float64, len(replicas))
	for i, r := range replicas {
		values[i] = f(r)
	}
	return values
}

func zeros(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return v != 0 })
}
