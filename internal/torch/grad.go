package torch

// #include "native.h"
import "C"

import "github.com/sugarme/gotch/libtch"

// RequireGrad makes libtorch record what is computed from t, so that [Tensor.Backward] can find its gradient.
func (t Tensor) RequireGrad() Tensor {
	s, c := t.use()
	if s.err != nil {
		return t
	}
	libtch.AtgSetRequiresGrad(s.out, c, 1)
	s.done("require grad")
	return t
}

// RequiresGrad is whether t takes part in the recording.
func (t Tensor) RequiresGrad() bool {
	s, c := t.use()
	return s.err == nil && libtch.AtRequiresGrad(c)
}

// Detach is t with its elements shared, but cut off from the recording: a constant to Backward.
func (t Tensor) Detach() Tensor { return t.unary("detach", libtch.AtgDetach) }

// Backward adds the derivative of t, a tensor of one element, to the gradient of every tensor that requires one, and
// drops the recording.
func (t Tensor) Backward() {
	s, c := t.use()
	if s.err != nil {
		return
	}
	libtch.AtBackward(c, 0, 0)
	s.check("backward")
}

// Grad is the gradient of t. It is an error to ask before there is one.
func (t Tensor) Grad() Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	if C.experiment_has_grad(pointer(c)) == 0 {
		s.record("grad", "the tensor has no gradient yet")
		return s.none()
	}
	libtch.AtgGrad(s.out, c)
	return s.own("grad")
}

// ZeroGrad drops the gradient of t, so that the next Backward starts anew.
func (t Tensor) ZeroGrad() {
	s, c := t.use()
	if s.err != nil {
		return
	}
	s.note("zero grad", C.experiment_zero_grad(pointer(c)))
}

func setGradMode(enabled bool) (previous bool) {
	return C.experiment_grad_mode(cBool(enabled)) != 0
}
