package torch

// #include "native.h"
import "C"

// Stem convolves grey images of K replicas, t [N, K, H, W], with the kernels of each, [K·C, 1, 3, 3], padded with a border of zeros,
// adds the bias [K·C], takes the largest of each 2x2 square and applies ReLU, in one pass: [N, K·C, H/2, W/2], channels
// last. All is float32 and lies on the CPU. The places say where each result is from, for StemGradients. A replica's
// results do not depend on how many there are, to the bit.
func (t Tensor) Stem(weight, bias Tensor) (result, places Tensor) {
	s, x := t.use()
	w, b := weight.use1(s), bias.use1(s)
	if s.err != nil {
		return s.none(), s.none()
	}
	return s.natives("stem", C.experiment_stem(s.slot(), s.second(), pointer(x), pointer(w), pointer(b)))
}

// StemGradients puts the gradients of the weight and the bias that Stem was applied to images with into ofWeight and ofBias, of
// any shape with as many elements; t is the gradient of its result. They are summed in float32 over an image, and in float64
// over the images.
func (t Tensor) StemGradients(images, places, ofWeight, ofBias Tensor) {
	s, g := t.use()
	x, p := images.use1(s), places.use1(s)
	w, b := ofWeight.use1(s), ofBias.use1(s)
	if s.err != nil {
		return
	}
	s.note("stem gradients", C.experiment_stem_gradients(pointer(w), pointer(b), pointer(g), pointer(x), pointer(p)))
}
