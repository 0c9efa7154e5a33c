package torch

import (
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// Float64s copies the elements to Go, row by row, converted where need be; nil after an error.
func (t Tensor) Float64s() []float64 { return read[float64](t) }

// Float32s copies the elements to Go, row by row, converted where need be; nil after an error.
func (t Tensor) Float32s() []float32 { return read[float32](t) }

// Int64s copies the elements to Go, row by row, converted where need be; nil after an error.
func (t Tensor) Int64s() []int64 { return read[int64](t) }

func read[T Element](t Tensor) []T {
	s, _ := t.use()
	dtype, size := dtypeOf[T]()
	if t.DType() != dtype {
		t = t.ToDType(dtype)
	}
	data := make([]T, t.Len())
	if s.err != nil || len(data) == 0 {
		return nil
	}
	libtch.AtCopyData(t.handle, unsafe.Pointer(&data[0]), uint(len(data)), size)
	s.check("copy to slice")
	if s.err != nil {
		return nil
	}
	return data
}

// Float64 is the value of a tensor with one element; 0 after an error.
func (t Tensor) Float64() float64 {
	s, c := t.use()
	if s.err != nil {
		return 0
	}
	value := libtch.AtDoubleValueAtIndexes(c, nil, 0)
	s.check("value")
	return value
}

// Int64 is the value of a tensor with one element; 0 after an error.
func (t Tensor) Int64() int64 {
	s, c := t.use()
	if s.err != nil {
		return 0
	}
	value := libtch.AtInt64ValueAtIndexes(c, nil, 0)
	s.check("value")
	return value
}
