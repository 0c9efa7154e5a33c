package torch

// #include "native.h"
import "C"

import "github.com/sugarme/gotch/libtch"

// ReLU is the larger of t and 0.
func (t Tensor) ReLU() Tensor { return t.unary("relu", libtch.AtgRelu) }

// LogSoftmax is t minus the logarithm of the sum of exp(t) along a dimension.
func (t Tensor) LogSoftmax(dim int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgLogSoftmax(s.out, c, int64(dim), int32(t.DType()))
	return s.own("log softmax")
}

// Linear applies K linear layers at once: t is [K, N, in], weight [K, in, out], bias [K, 1, out]; the result is
// [K, N, out].
func (t Tensor) Linear(weight, bias Tensor) Tensor {
	s, c := t.use()
	w, b := weight.use1(s), bias.use1(s)
	if s.err != nil {
		return s.none()
	}
	libtch.AtgBaddbmm(s.out, b, c, w, s.scalar(0, 1), s.scalar(1, 1))
	return s.own("linear")
}

// Conv2d slides kernels with stride 1 over images padded with zeros: t is [N, groups·in, H, W], weight
// [groups·out, in, h, w], bias [groups·out].
func (t Tensor) Conv2d(weight, bias Tensor, padding, groups int) Tensor {
	s, c := t.use()
	w, b := weight.use1(s), bias.use1(s)
	if s.err != nil {
		return s.none()
	}
	return s.native("conv2d", C.experiment_conv2d(s.slot(), pointer(c), pointer(w), pointer(b), C.int64_t(padding), C.int64_t(groups)))
}

// MaxPool2d is the largest element of each square of size by size, squares side by side; what is left over at the
// right and the bottom is dropped.
func (t Tensor) MaxPool2d(size int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	ints, _ := s.dims(size, size, 0, 0, 1, 1)
	libtch.AtgMaxPool2d(s.out, c, ints[0:2], 2, ints[0:2], 2, ints[2:4], 2, ints[4:6], 2, 0)
	return s.own("max pool")
}

// ChannelsLast lays the elements of images [N, C, H, W] out with the channels innermost, which convolution and pooling
// prefer; the shape stays.
func (t Tensor) ChannelsLast() Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	return s.native("channels last", C.experiment_channels_last(s.slot(), pointer(c)))
}
