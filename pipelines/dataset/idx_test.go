package dataset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// encodeIDX writes an array of bytes as an IDX file.
func encodeIDX(shape []int, data []byte) []byte {
	b := []byte{0, 0, 8, byte(len(shape))}
	for _, d := range shape {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

func TestIDXRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 6), 1, 4).Draw(t, "shape")
		n := 1
		for _, d := range shape {
			n *= d
		}
		data := rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "data")
		r := iotest.OneByteReader(bytes.NewReader(encodeIDX(shape, data)))
		gotShape, got, err := readIDX(r, len(shape))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(gotShape, shape) || !bytes.Equal(got, data) {
			t.Errorf("read %v of shape %v, wrote %v of shape %v", got, gotShape, data, shape)
		}
	})
}

func TestIDXErrors(t *testing.T) {
	images := string(encodeIDX([]int{2, 2, 3}, []byte("0123456789ab")))
	for _, test := range []struct {
		name, file string
		dimensions int
		want       string
		truncated  bool
	}{
		{"empty", "", 3, "the file is empty: unexpected EOF", true},
		{"half a magic number", "\x00\x00", 3, "the file ends after 2 of 16 header bytes: unexpected EOF", true},
		{"half a header", images[:9], 3, "the file ends after 9 of 16 header bytes: unexpected EOF", true},
		{"no data", images[:16], 3, "the file ends after 0 of 12 data bytes: unexpected EOF", true},
		{"half the data", images[:22], 3, "the file ends after 6 of 12 data bytes: unexpected EOF", true},
		{"further bytes", images + "x", 3, "bytes follow the 12 data bytes that the header tells of", false},
		{"images for labels", images, 1, "the file starts with 00000803, want the IDX magic number 00000801", false},
		{"a web page", "<!DOCTYPE html>", 3, "the file starts with 3c21444f, want the IDX magic number 00000803", false},
		{"floats", "\x00\x00\x0d\x01\x00\x00\x00\x01\x00\x00\x00\x00", 1,
			"the file starts with 00000d01, want the IDX magic number 00000801", false},
		{"no rows", string(encodeIDX([]int{4, 0, 3}, nil)), 3, "dimension 1 is 0", false},
		{"too large", string(encodeIDX([]int{1 << 31, 1 << 31, 1 << 31}, nil)), 3,
			"the header tells of more than 2147483648 data bytes", false},
		{"larger than it is", string(encodeIDX([]int{1 << 30}, []byte("abc"))), 1,
			"the file ends after 3 of 1073741824 data bytes: unexpected EOF", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := readIDX(strings.NewReader(test.file), test.dimensions)
			if err == nil || err.Error() != test.want || errors.Is(err, io.ErrUnexpectedEOF) != test.truncated {
				t.Errorf("error is %v, want %s", err, test.want)
			}
		})
	}
}

func TestIDXReportsAFailingDisk(t *testing.T) {
	broken := errors.New("input/output error")
	file := encodeIDX([]int{4}, []byte("abcd"))
	for n := range len(file) + 1 {
		r := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(broken))
		if _, _, err := readIDX(r, 1); !errors.Is(err, broken) {
			t.Errorf("error after %d bytes is %v", n, err)
		}
	}
}

// What can be read is what the bytes say, and nothing makes the reader panic or exhaust memory.
func FuzzReadIDX(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte, dimensions uint8) {
		shape, data, err := readIDX(bytes.NewReader(b), int(dimensions))
		if err != nil {
			return
		}
		if again := encodeIDX(shape, data); !bytes.Equal(again, b) {
			t.Errorf("%x is read as %v of shape %v, which is %x", b, data, shape, again)
		}
	})
}
