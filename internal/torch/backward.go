package torch

// #include "native.h"
import "C"

// The derivatives of layers, for those who walk backwards by hand: what [Tensor.Backward] computes, with the same
// operations, but nothing needs to be recorded on the way forward. A gradient is the derivative of some number by a tensor,
// and has its shape.

// ReLUBackward is the gradient of what ReLU was applied to: t is the gradient of its result, which is given.
func (t Tensor) ReLUBackward(result Tensor) Tensor {
	s, g := t.use()
	r := result.use1(s)
	if s.err != nil {
		return s.none()
	}
	return s.native("relu backward", C.experiment_relu_backward(s.slot(), pointer(g), pointer(r)))
}

// LinearBackward is the gradient of what Linear was applied to; t is the gradient of its result.
func (t Tensor) LinearBackward(weight Tensor) Tensor {
	s, g := t.use()
	w := weight.use1(s)
	if s.err != nil {
		return s.none()
	}
	return s.native("linear backward", C.experiment_linear_backward(s.slot(), pointer(g), pointer(w)))
}

// LinearGradients puts the gradients of the weight and the bias that Linear was applied to input with into ofWeight and
// ofBias; t is the gradient of its result.
func (t Tensor) LinearGradients(input, ofWeight, ofBias Tensor) {
	s, g := t.use()
	x, w, b := input.use1(s), ofWeight.use1(s), ofBias.use1(s)
	if s.err != nil {
		return
	}
	s.note("linear gradients", C.experiment_linear_gradients(pointer(w), pointer(b), pointer(g), pointer(x)))
}

// Conv2dBackward is the gradient of the input that Conv2d was applied to; t is the gradient of its result.
func (t Tensor) Conv2dBackward(input, weight Tensor, padding, groups int) Tensor {
	s, g := t.use()
	x, w := input.use1(s), weight.use1(s)
	if s.err != nil {
		return s.none()
	}
	return s.native("conv2d backward", C.experiment_conv2d_backward(s.slot(), pointer(g), pointer(x), pointer(w),
		C.int64_t(padding), C.int64_t(groups)))
}

// Conv2dGradients puts the gradients of the weight and the bias that Conv2d was applied to input with into ofWeight and
// ofBias, of any shape with as many elements; t is the gradient of its result.
func (t Tensor) Conv2dGradients(input, weight Tensor, padding, groups int, ofWeight, ofBias Tensor) {
	s, g := t.use()
	x, w := input.use1(s), weight.use1(s)
	dw, db := ofWeight.use1(s), ofBias.use1(s)
	if s.err != nil {
		return
	}
	s.note("conv2d gradients", C.experiment_conv2d_gradients(pointer(dw), pointer(db), pointer(g), pointer(x), pointer(w),
		C.int64_t(padding), C.int64_t(groups)))
}

// MaxPool2dIndices is MaxPool2d, and where in the image each largest element was: what MaxPool2dBackward needs.
func (t Tensor) MaxPool2dIndices(size int) (pooled, indices Tensor) {
	s, c := t.use()
	if s.err != nil {
		return s.none(), s.none()
	}
	return s.natives("max pool", C.experiment_max_pool2d(s.slot(), s.second(), pointer(c), C.int64_t(size)))
}

// MaxPool2dBackward is the gradient of input, which MaxPool2dIndices was applied to; t is the gradient of its result.
func (t Tensor) MaxPool2dBackward(input, indices Tensor, size int) Tensor {
	s, g := t.use()
	x, i := input.use1(s), indices.use1(s)
	if s.err != nil {
		return s.none()
	}
	return s.native("max pool backward",
		C.experiment_max_pool2d_backward(s.slot(), pointer(g), pointer(x), pointer(i), C.int64_t(size)))
}
