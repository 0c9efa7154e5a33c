package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
)

// dictionary is the header of an array in C order, as NumPy and Write print it.
var dictionary = regexp.MustCompile(
	`^\{'descr': '([^']*)', 'fortran_order': False, 'shape': \((|\d+,|\d+(?:, \d+)+)\), \} *\n$`)

var numbers = regexp.MustCompile(`\d+`)

// Read reads one array of element type T, and its shape, to the end of r. An array of another type, in
// Fortran order, or of another version of the format is an error, as are missing and further bytes.
func Read[T Number](r io.Reader) (data []T, shape []int, err error) {
	want, size := descriptor[T]()
	descr, shape, err := readHeader(r)
	if err != nil {
		return nil, nil, fmt.Errorf("reading npy header: %w", err)
	}
	if descr != want {
		return nil, nil, fmt.Errorf("reading npy header: elements are %q, not %q", descr, want)
	}
	n, err := elements(shape)
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
	return data, shape, nil
}

func readHeader(r io.Reader) (descr string, shape []int, err error) {
	prefix := make([]byte, len(magic)+2)
	if _, err := io.ReadFull(r, prefix); err != nil {
		return "", nil, truncated(err)
	}
	if !bytes.HasPrefix(prefix, []byte(magic)) {
		return "", nil, fmt.Errorf("starts with %q, not %q", prefix[:len(magic)], magic)
	}
	text := make([]byte, binary.LittleEndian.Uint16(prefix[len(magic):]))
	if _, err := io.ReadFull(r, text); err != nil {
		return "", nil, truncated(err)
	}
	match := dictionary.FindSubmatch(text)
	if match == nil {
		return "", nil, fmt.Errorf("dictionary %q is not understood", text)
	}
	for _, field := range numbers.FindAllString(string(match[2]), -1) {
		d, err := strconv.Atoi(field)
		if err != nil {
			return "", nil, err
		}
		shape = append(shape, d)
	}
	return string(match[1]), shape, nil
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
