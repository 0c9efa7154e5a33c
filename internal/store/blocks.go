package store

import "slices"

// blocks gathers many large values, which a growing slice would copy again and again. The zero value is empty.
type blocks[T any] struct {
	full [][]T
	last []T
}

// blockSize is how many values a block holds.
const blockSize = 256

// add appends a value.
func (b *blocks[T]) add(value T) {
	if len(b.last) == blockSize {
		b.full, b.last = append(b.full, b.last), make([]T, 0, blockSize)
	}
	b.last = append(b.last, value)
}

// list returns all values in one slice.
func (b *blocks[T]) list() []T {
	if len(b.full) == 0 {
		return b.last
	}
	return slices.Concat(append(b.full, b.last)...)
}
