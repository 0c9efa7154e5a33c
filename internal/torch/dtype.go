package torch

import "fmt"

// A DType is the type of a tensor's elements. The numbers are libtorch's own.
type DType int32

// The types in use.
const (
	Uint8   DType = 0
	Int64   DType = 4
	Float32 DType = 6
	Float64 DType = 7

	BFloat16 DType = 15 // 8 bits of exponent, as in float32, and 7 of mantissa
)

func (d DType) String() string {
	switch d {
	case Uint8:
		return "uint8"
	case Int64:
		return "int64"
	case Float32:
		return "float32"
	case Float64:
		return "float64"
	case BFloat16:
		return "bfloat16"
	}
	return fmt.Sprintf("dtype(%d)", int32(d))
}

// Element is a Go type that a tensor can be made of.
type Element interface {
	uint8 | int64 | float32 | float64
}

// dtypeOf is the DType of T and its size in bytes.
func dtypeOf[T Element]() (DType, uint) {
	var zero T
	switch any(zero).(type) {
	case uint8:
		return Uint8, 1
	case int64:
		return Int64, 8
	case float32:
		return Float32, 4
	}
	return Float64, 8
}
