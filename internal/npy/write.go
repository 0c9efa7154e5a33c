package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// Write writes an array of a shape, its elements in C order.
func Write[T Number](w io.Writer, data []T, shape ...int) error {
	n, err := elements(shape)
	if err != nil {
		return fmt.Errorf("writing npy: %w", err)
	}
	if n != len(data) {
		return fmt.Errorf("writing npy: shape %v needs %d elements, not %d", shape, n, len(data))
	}
	name, size := descriptor[T]()
	if _, err := w.Write(preamble(name, shape)); err != nil {
		return fmt.Errorf("writing npy header: %w", err)
	}
	buffer := make([]byte, 0, min(n, chunk)*size)
	for len(data) > 0 {
		part := data[:min(len(data), chunk)]
		data = data[len(part):]
		buffer, err = binary.Append(buffer[:0], binary.LittleEndian, part)
		if err != nil {
			return fmt.Errorf("writing npy data: %w", err)
		}
		if _, err := w.Write(buffer); err != nil {
			return fmt.Errorf("writing npy data: %w", err)
		}
	}
	return nil
}

// preamble returns everything in front of the first element: a magic number, a length, and a Python
// dictionary padded with spaces.
func preamble(descriptor string, shape []int) []byte {
	dictionary := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descriptor, tuple(shape))
	prefix := len(Magic) + 4
	total := (prefix + len(dictionary) + 1 + alignment - 1) / alignment * alignment
	dictionary += strings.Repeat(" ", total-prefix-len(dictionary)-1) + "\n"
	h := binary.LittleEndian.AppendUint16([]byte(Magic+"\x01\x00"), uint16(len(dictionary)))
	return append(h, dictionary...)
}

// tuple returns a shape as Python prints it: (), (3,), (3, 2).
func tuple(shape []int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i, d := range shape {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d", d)
	}
	if len(shape) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return b.String()
}
