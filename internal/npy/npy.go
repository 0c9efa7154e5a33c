// Package npy writes and reads arrays in NumPy's .npy format.
//
// Write and Read are for arrays held in memory: version 1.0, little-endian, C order. Open is for files of
// any size that NumPy wrote: it maps them, and hands out one row at a time.
//
// Source: NumPy Enhancement Proposal 1 and numpy.lib.format.
package npy

import "fmt"

// Number is an element type that arrays in memory can have.
type Number interface{ float32 | float64 | int64 }

const (
	// Magic is what every file of the format starts with.
	Magic = "\x93NUMPY"

	alignment = 64      // of the first element, as NumPy writes it
	chunk     = 1 << 16 // elements converted at a time
)

// descriptor returns NumPy's name of an element type, and its size in bytes.
func descriptor[T Number]() (name string, size int) {
	var zero T
	switch any(zero).(type) {
	case float32:
		return "<f4", 4
	case float64:
		return "<f8", 8
	default:
		return "<i8", 8
	}
}

// elements returns how many elements an array of a shape has. One of no dimensions has one.
func elements(shape []int) (int, error) {
	const limit = 1 << 40
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative length", shape)
		}
		if d > limit || d > 0 && n > limit/d {
			return 0, fmt.Errorf("shape %v is too large", shape)
		}
		n *= d
	}
	return n, nil
}
