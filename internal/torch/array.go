package torch

import (
	"fmt"
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// An Array is the elements of a tensor outside of libtorch, bit for bit.
type Array struct {
	DType DType
	Shape []int
	Data  []byte // row by row, little-endian
}

// Size is the number of bytes of an element; 0 for a type that is not in use here.
func (d DType) Size() int {
	switch d {
	case Uint8:
		return 1
	case Float32:
		return 4
	case Int64, Float64:
		return 8
	}
	return 0
}

// Array copies the elements to Go as they are; an empty Array after an error.
func (t Tensor) Array() Array {
	s, c := t.use()
	a := Array{DType: t.DType(), Shape: t.Shape()}
	size := a.DType.Size()
	if s.err == nil && size == 0 {
		s.record("copy to array", fmt.Sprintf("elements of type %s", a.DType))
	}
	if s.err != nil {
		return Array{}
	}
	n, _ := elements(a.Shape)
	a.Data = make([]byte, n*size)
	if n > 0 {
		libtch.AtCopyData(c, unsafe.Pointer(&a.Data[0]), uint(n), uint(size))
		s.check("copy to array")
	}
	return a
}

// FromArray is a tensor on the CPU with a copy of an array.
func FromArray(s *Scope, a Array) Tensor {
	if s.failed() {
		return s.none()
	}
	size := a.DType.Size()
	if n, ok := elements(a.Shape); !ok || size == 0 || n*size != len(a.Data) {
		s.record("tensor of array", fmt.Sprintf("%d bytes do not fill the shape %v of %s", len(a.Data), a.Shape, a.DType))
		return s.none()
	}
	dims, n := s.dims(a.Shape...)
	*s.out = libtch.AtTensorOfData(unsafe.Pointer(unsafe.SliceData(a.Data)), dims, uint(n), uint(size), int(a.DType))
	return s.own("tensor of array")
}

// Copy_ is t = other, of any type and device.
func (t Tensor) Copy_(other Tensor) {
	s, c := t.use()
	o := other.use1(s)
	if s.err != nil {
		return
	}
	libtch.AtCopy_(c, o)
	s.check("copy_")
}
