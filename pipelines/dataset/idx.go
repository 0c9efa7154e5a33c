package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The first bytes of an IDX file of unsigned bytes; the number of dimensions follows.
const idxMagic = "\x00\x00\x08"

// maxIDXBytes bounds the size of an IDX file, so that a damaged header cannot exhaust the memory.
const maxIDXBytes = 1 << 31

// readIDX reads an IDX file of unsigned bytes with so many dimensions, to the end of r (Y. LeCun, "The MNIST
// database"). All numbers are big-endian.
func readIDX(r io.Reader, dimensions int) (shape []int, data []byte, err error) {
	shape, size, err := readIDXHeader(r, dimensions)
	if err != nil {
		return nil, nil, err
	}
	const first = 64 << 20 // what is allocated on the word of the header
	data = make([]byte, 0, min(size, first))
	for len(data) < size {
		data = slices.Grow(data, min(size-len(data), max(len(data), 1)))
		n, err := io.ReadFull(r, data[len(data):min(cap(data), size)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, nil, fmt.Errorf("the file ends after %d of %d data bytes: %w", len(data), size, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if err := idxEnd(r, size); err != nil {
		return nil, nil, err
	}
	return shape, data, nil
}

// readIDXHeader returns the shape that a header tells, and the number of bytes that must follow it.
func readIDXHeader(r io.Reader, dimensions int) (shape []int, size int, err error) {
	header := make([]byte, 4+4*dimensions)
	n, err := io.ReadFull(r, header)
	if err != nil && n == 0 && errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("the file is empty: %w", io.ErrUnexpectedEOF)
	}
	if want := append([]byte(idxMagic), byte(dimensions)); n >= 4 && !slices.Equal(header[:4], want) {
		return nil, 0, fmt.Errorf("the file starts with %x, want the IDX magic number %x", header[:4], want)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, 0, fmt.Errorf("the file ends after %d of %d header bytes: %w", n, len(header), err)
	}
	if err != nil {
		return nil, 0, err
	}
	size = 1
	for i := range dimensions {
		d := int(binary.BigEndian.Uint32(header[4+4*i:]))
		if d == 0 {
			return nil, 0, fmt.Errorf("dimension %d is 0", i)
		}
		if d > maxIDXBytes/size {
			return nil, 0, fmt.Errorf("the header tells of more than %d data bytes", maxIDXBytes)
		}
		shape, size = append(shape, d), size*d
	}
	return shape, size, nil
}

// idxEnd reports bytes after the last one that belongs to the data.
func idxEnd(r io.Reader, size int) error {
	n, err := io.ReadFull(r, make([]byte, 1))
	if n > 0 {
		return fmt.Errorf("bytes follow the %d data bytes that the header tells of", size)
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
