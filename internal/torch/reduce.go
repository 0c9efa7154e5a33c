package torch

import "github.com/sugarme/gotch/libtch"

// Sum adds up the given dimensions, or all where none is given.
func (t Tensor) Sum(dims ...int) Tensor {
	return t.reduce("sum", libtch.AtgSum, libtch.AtgSumDimIntlist, dims)
}

// Mean averages over the given dimensions, or all where none is given. The elements must be floating.
func (t Tensor) Mean(dims ...int) Tensor {
	return t.reduce("mean", libtch.AtgMean, libtch.AtgMeanDim, dims)
}

// Max is the largest along a dimension. Elements that tie share its derivative.
func (t Tensor) Max(dim int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	dims, n := s.dims(dim)
	libtch.AtgAmax(s.out, c, dims, n, 0)
	return s.own("max")
}

// ArgMax is the position (int64) of the largest along a dimension, the first of equals.
func (t Tensor) ArgMax(dim int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgArgmax(s.out, c, int64(dim), 0, 0)
	return s.own("argmax")
}

func (t Tensor) reduce(op string, whole func(*libtch.Ctensor, libtch.Ctensor, int32),
	some func(*libtch.Ctensor, libtch.Ctensor, []int64, int, int32, int32), dims []int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	dtype := t.DType()
	if dtype == Uint8 {
		dtype = Int64
	}
	if len(dims) == 0 {
		whole(s.out, c, int32(dtype))
	} else {
		list, n := s.dims(dims...)
		some(s.out, c, list, n, 0, int32(dtype))
	}
	return s.own(op)
}
