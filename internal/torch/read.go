package torch

import (
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// Float64s copies the elements to Go, row by row, converted where need be; nil where there are none, and
// after an error.
func (t Tensor) Float64s() []float64 {
	s, _ := t.use()
	if t.DType() != Float64 {
		t = t.ToDType(Float64)
	}
	if s.err != nil {
		return nil
	}
	n := 1
	for _, size := range t.sizes() {
		n *= int(size)
	}
	if n == 0 {
		return nil
	}
	data := make([]float64, n)
	libtch.AtCopyData(t.handle, unsafe.Pointer(&data[0]), uint(n), 8)
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
