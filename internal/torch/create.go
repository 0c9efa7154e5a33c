package torch

// #include "native.h"
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// FromSlice is a tensor on the CPU with a copy of data, row by row. The shape must hold just as many elements.
func FromSlice[T Element](s *Scope, data []T, shape ...int) Tensor {
	if s.failed() {
		return s.none()
	}
	if count, ok := elements(shape); !ok || count != len(data) {
		s.record("tensor of slice", fmt.Sprintf("%d values do not fill the shape %v", len(data), shape))
		return s.none()
	}
	dtype, size := dtypeOf[T]()
	dims, n := s.dims(shape...)
	*s.out = libtch.AtTensorOfData(unsafe.Pointer(unsafe.SliceData(data)), dims, uint(n), size, int(dtype))
	return s.own("tensor of slice")
}

// Borrow is a tensor on the CPU that shares the memory of data, row by row: neither may be written to while the
// region of the tensor lasts. The shape must hold just as many elements.
func Borrow[T Element](s *Scope, data []T, shape ...int) Tensor {
	if s.failed() {
		return s.none()
	}
	if count, ok := elements(shape); !ok || count != len(data) {
		s.record("tensor of slice", fmt.Sprintf("%d values do not fill the shape %v", len(data), shape))
		return s.none()
	}
	if len(data) == 0 {
		return FromSlice(s, data, shape...)
	}
	dtype, _ := dtypeOf[T]()
	dims, n := s.dims(shape...)
	s.pin(&data[0])
	return s.native("tensor of slice", C.experiment_borrow(s.slot(), unsafe.Pointer(&data[0]), (*C.int64_t)(&dims[0]), C.int64_t(n), C.int(dtype)))
}

// elements is the product of a shape, and whether no size is negative.
func elements(shape []int) (int, bool) {
	n := 1
	for _, size := range shape {
		if size < 0 {
			return 0, false
		}
		n *= size
	}
	return n, true
}

// Zeros is a tensor of zeros.
func (s *Scope) Zeros(dtype DType, device Device, shape ...int) Tensor {
	if s.failed() {
		return s.none()
	}
	dims, n := s.dims(shape...)
	libtch.AtgZeros(s.out, dims, n, int32(dtype), device.c())
	return s.own("zeros")
}

// Arange is 0, 1, ... n-1 as integers, made on the device.
func (s *Scope) Arange(device Device, n int) Tensor {
	if s.failed() {
		return s.none()
	}
	libtch.AtgArange(s.out, s.scalar(0, float64(n)), int32(Int64), device.c())
	return s.own("arange")
}

// ZerosLike is a tensor of zeros of t's shape, type and device.
func (t Tensor) ZerosLike() Tensor { return t.unary("zeros like", libtch.AtgZerosLike) }

// ToDType converts the elements; t itself where nothing changes.
func (t Tensor) ToDType(dtype DType) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgToDtype(s.out, c, int32(dtype), 0, 0)
	return s.own("to " + dtype.String())
}

// ToDevice moves the elements; t itself where nothing changes.
func (t Tensor) ToDevice(device Device) Tensor {
	s, c := t.use()
	if s.err != nil {
		return s.none()
	}
	libtch.AtgTo(s.out, c, device.c())
	return s.own("to device")
}
