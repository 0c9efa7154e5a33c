package torch

// #include "native.h"
import "C"

import (
	"fmt"
	"unsafe"
)

// FocalDescent is the mean over N of the focal loss with smoothed labels, for K replicas with a gamma and an epsilon each,
// and its gradient by the logits t [K, N, C], which lie on the CPU. Targets are int64, [K, N] or [1, N]. With labels
// p = ε/C + (1-ε)·δ_y and the softmax q of the logits the loss is -Σ_k p_k·(1-q_k)^γ·log q_k. The mean is float64, [K];
// sums are made in float64 whatever the type of the logits, and so is each element of the gradient before it is rounded.
func (t Tensor) FocalDescent(targets Tensor, gamma, epsilon []float64) (mean, gradient Tensor) {
	s, z := t.use()
	y := targets.use1(s)
	if s.err != nil {
		return s.none(), s.none()
	}
	if shape := t.Shape(); len(shape) != 3 || shape[0] != len(gamma) || shape[0] != len(epsilon) {
		s.record("focal descent", fmt.Sprintf("logits of shape %v do not fit %d gammas and %d epsilons", shape, len(gamma), len(epsilon)))
		return s.none(), s.none()
	}
	message := C.experiment_focal_descent(s.slot(), s.second(), pointer(z), pointer(y),
		(*C.double)(unsafe.SliceData(gamma)), (*C.double)(unsafe.SliceData(epsilon)))
	return s.natives("focal descent", message)
}
