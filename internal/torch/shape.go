package torch

import "github.com/sugarme/gotch/libtch"

// Reshape gives the elements another shape, without a copy where possible. One size may be -1: what is left.
func (t Tensor) Reshape(shape ...int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	dims, n := s.dims(shape...)
	libtch.AtgReshape(s.out, c, dims, n)
	return s.own("reshape")
}

// Expand repeats dimensions of size 1, and adds leading ones, without a copy. A size of -1 stays as it is.
func (t Tensor) Expand(shape ...int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	dims, n := s.dims(shape...)
	libtch.AtgExpand(s.out, c, dims, n, 0)
	return s.own("expand")
}

// Flatten joins the dimensions from first to last into one, without a copy where possible.
func (t Tensor) Flatten(first, last int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgFlatten(s.out, c, int64(first), int64(last))
	return s.own("flatten")
}

// Transpose swaps two dimensions, without a copy.
func (t Tensor) Transpose(a, b int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgTranspose(s.out, c, int64(a), int64(b))
	return s.own("transpose")
}

// Unsqueeze inserts a dimension of size 1, without a copy.
func (t Tensor) Unsqueeze(dim int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgUnsqueeze(s.out, c, int64(dim))
	return s.own("unsqueeze")
}

// Squeeze removes a dimension of size 1, without a copy.
func (t Tensor) Squeeze(dim int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgSqueezeDim(s.out, c, int64(dim))
	return s.own("squeeze")
}

// Narrow is length positions of a dimension from start on, without a copy.
func (t Tensor) Narrow(dim, start, length int) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgNarrow(s.out, c, int64(dim), int64(start), int64(length))
	return s.own("narrow")
}

// IndexSelect is the positions index (int64 [M]) of a dimension, copied.
func (t Tensor) IndexSelect(dim int, index Tensor) Tensor {
	s, c := t.use()
	i := index.use1(s)
	if s.err != nil {
		return s.none()
	}
	libtch.AtgIndexSelect(s.out, c, int64(dim), i)
	return s.own("index select")
}

// Gather picks along a dimension: for dim 2, result[a, b, c] = t[a, b, index[a, b, c]].
func (t Tensor) Gather(dim int, index Tensor) Tensor {
	s, c := t.use()
	i := index.use1(s)
	if s.err != nil {
		return s.none()
	}
	libtch.AtgGather(s.out, c, int64(dim), i, 0)
	return s.own("gather")
}

// Cat joins tensors along a dimension.
func (s *Scope) Cat(dim int, tensors ...Tensor) Tensor {
	if s.failed() {
		return s.none()
	}
	s.handles = s.handles[:0]
	for _, t := range tensors {
		s.handles = append(s.handles, t.use1(s))
	}
	if len(tensors) == 0 {
		s.record("cat", "no tensors")
		return s.none()
	}
	libtch.AtgCat(s.out, s.handles, len(s.handles), int64(dim))
	return s.own("cat")
}
