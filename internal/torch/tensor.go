package torch

// #include "native.h"
import "C"

import (
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// A Tensor is an array on a device. It is a small value: copies are the same tensor. The methods make new tensors in
// the innermost region of its scope; those that end in an underscore change the tensor itself.
type Tensor struct {
	scope  *Scope
	handle libtch.Ctensor // nil after an error
	depth  int            // of the region it belongs to
	serial uint64
}

// Scope is the scope that t belongs to.
func (t Tensor) Scope() *Scope { return t.scope }

// use returns t's scope and handle, and panics unless t is alive.
func (t Tensor) use() (*Scope, libtch.Ctensor) {
	s := t.scope
	switch {
	case s == nil:
		panic("torch: using a zero Tensor")
	case t.depth >= len(s.regions) || s.regions[t.depth].serial != t.serial:
		panic("torch: using a tensor after its region ended")
	case t.handle == nil && s.err == nil:
		panic("torch: using an empty tensor")
	}
	return s, t.handle
}

// use1 is the handle of t, an argument of an operation in scope s.
func (t Tensor) use1(s *Scope) libtch.Ctensor {
	own, c := t.use()
	if own != s {
		panic("torch: using tensors of two scopes together")
	}
	return c
}

// Dims is the number of dimensions; 0 after an error.
func (t Tensor) Dims() int {
	s, c := t.use()
	if s.err != nil {
		return 0
	}
	return int(libtch.AtDim(c))
}

// Shape is the size of every dimension; nil after an error.
func (t Tensor) Shape() []int {
	s, _ := t.use()
	if s.err != nil {
		return nil
	}
	sizes := t.sizes()
	shape := make([]int, len(sizes))
	for i, size := range sizes {
		shape[i] = int(size)
	}
	return shape
}

// Size is the size of one dimension, counted from the end where negative; 0 after an error.
func (t Tensor) Size(dim int) int {
	s, _ := t.use()
	if s.err != nil {
		return 0
	}
	sizes := t.sizes()
	if dim < 0 {
		dim += len(sizes)
	}
	if dim < 0 || dim >= len(sizes) {
		s.record("size", "dimension out of range")
		return 0
	}
	return int(sizes[dim])
}

// sizes is valid until the next operation of the scope.
func (t Tensor) sizes() []int64 {
	s, n := t.scope, int(libtch.AtDim(t.handle))
	for len(s.ints) <= n {
		s.ints = append(s.ints, 0)
	}
	libtch.AtShape(t.handle, unsafe.Pointer(&s.ints[0]))
	return s.ints[:n]
}

// DType is the type of the elements; Float32 after an error.
func (t Tensor) DType() DType {
	s, c := t.use()
	if s.err != nil {
		return Float32
	}
	return DType(libtch.AtScalarType(c))
}

// Device is where the elements lie; the CPU after an error.
func (t Tensor) Device() Device {
	s, c := t.use()
	if s.err != nil {
		return CPU
	}
	return Device(C.experiment_device(unsafe.Pointer(c)) + 1)
}

// free ends the life of handles.
func free(handles []uintptr) {
	if len(handles) == 0 {
		return
	}
	C.experiment_free((*C.uintptr_t)(unsafe.Pointer(&handles[0])), C.int64_t(len(handles)))
	live.Add(-int64(len(handles)))
}
