package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// header is what stands in front of the elements.
type header struct {
	descr   string // NumPy's name of the element type, such as "<f4"
	fortran bool   // the first index runs fastest
	shape   []int
	size    int // bytes up to the first element
}

// longestHeader is the largest dictionary read, in bytes: more than the largest array of plain numbers needs.
const longestHeader = 1 << 16

// readHeader reads everything in front of the first element, in version 1, 2 or 3. Its errors say at which
// byte of the file they are.
func readHeader(r io.Reader) (header, error) {
	prefix := make([]byte, len(Magic)+6)
	if err := fill(r, prefix[:8], 0); err != nil {
		return header{}, err
	}
	if string(prefix[:len(Magic)]) != Magic {
		return header{}, fmt.Errorf("byte 0: starts with %q, not %q", prefix[:len(Magic)], Magic)
	}
	major, minor := prefix[6], prefix[7]
	if major < 1 || major > 3 || minor != 0 {
		return header{}, fmt.Errorf("byte 6: version is %d.%d, not 1.0, 2.0 or 3.0", major, minor)
	}
	start := 10
	if major > 1 {
		start = 12
	}
	if err := fill(r, prefix[8:start], 8); err != nil {
		return header{}, err
	}
	length := uint32(binary.LittleEndian.Uint16(prefix[8:]))
	if major > 1 {
		length = binary.LittleEndian.Uint32(prefix[8:])
	}
	if length > longestHeader {
		return header{}, fmt.Errorf("byte 8: a header of %d bytes, more than %d", length, longestHeader)
	}
	text := make([]byte, length)
	if err := fill(r, text, start); err != nil {
		return header{}, err
	}
	h, err := parseDictionary(text, start)
	if err != nil {
		return header{}, err
	}
	h.size = start + len(text)
	return h, nil
}

// fill reads len(b) bytes of the header, the first of which is at the given byte of the file.
func fill(r io.Reader, b []byte, at int) error {
	n, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("byte %d: the header goes on to byte %d: %w", at+n, at+len(b), io.ErrUnexpectedEOF)
	}
	return err
}
