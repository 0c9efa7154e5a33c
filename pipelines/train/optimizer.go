package train

import (
	"slices"

	"experiment/internal/torch"
)

// Optimizer moves parameters along their gradients.
type Optimizer interface {
	// Step makes one step at a share of the full learning rate. It belongs inside Scope.NoGrad, after
	// Backward, and changes the gradients.
	Step(rate float64)

	// Buffers are the tensors [K, ...] that a step leaves to the next one.
	Buffers() []torch.Tensor

	// Skip counts so many steps as made: the parameters and buffers are to be what they left.
	Skip(steps int)
}

// coefficients makes numbers, one a replica, into tensors that multiply parameters: of the parameters'
// type and device, and of shape [K, 1, ...] with as many dimensions as the parameter has.
type coefficients struct {
	scope  *torch.Scope
	dtype  torch.DType
	device torch.Device
}

func coefficientsFor(parameters []torch.Tensor) coefficients {
	first := parameters[0]
	return coefficients{scope: first.Scope(), dtype: first.DType(), device: first.Device()}
}

// of returns a function that gives the coefficients in the shape that a parameter needs.
func (c coefficients) of(values []float64) func(parameter torch.Tensor) torch.Tensor {
	all := torch.FromSlice(c.scope, values, len(values)).ToDType(c.dtype).ToDevice(c.device)
	return func(parameter torch.Tensor) torch.Tensor {
		shape := slices.Repeat([]int{1}, parameter.Dims())
		shape[0] = len(values)
		return all.Reshape(shape...)
	}
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

func buffersLike(parameters []torch.Tensor) []torch.Tensor {
	buffers := make([]torch.Tensor, len(parameters))
	for i, p := range parameters {
		buffers[i] = p.Detach().ZerosLike()
	}
	return buffers
}
