package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Read reads one array of element type T, and its shape, to the end of r. An array of another type, or in
// Fortran order, is an error, as are missing and further bytes.
func Read[T Number](r io.Reader) (data []T, shape []int, err error) {
	want, size := descriptor[T]()
	h, err := readHeader(r)
	if err != nil {
		return nil, nil, fmt.Errorf("reading npy header: %w", err)
	}
	if h.descr != want {
		return nil, nil, fmt.Errorf("reading npy header: elements are %q, not %q", h.descr, want)
	}
	if h.fortran {
		return nil, nil, errors.New("reading npy header: elements are in Fortran order, not in C order")
	}
	n, err := elements(h.shape)
	if err != nil {
		return nil, nil, fmt.Errorf("reading npy header: %w", err)
	}
	data = make([]T, 0, min(n, chunk))
	buffer := make([]byte, min(n, chunk)*size)
	part := make([]T, min(n, chunk))
	for len(data) < n {
		count := min(n-len(data), chunk)
		if _, err := io.ReadFull(r, buffer[:count*size]); err != nil {
			return nil, nil, fmt.Errorf("reading npy data: %w", truncated(err))
		}
		if _, err := binary.Decode(buffer[:count*size], binary.LittleEndian, part[:count]); err != nil {
			return nil, nil, fmt.Errorf("reading npy data: %w", err)
		}
		data = append(data, part[:count]...)
	}
	if err := atEnd(r); err != nil {
		return nil, nil, fmt.Errorf("reading npy data: %w", err)
	}
	return data, h.shape, nil
}

func truncated(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func atEnd(r io.Reader) error {
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return errors.New("bytes follow the last element")
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}
