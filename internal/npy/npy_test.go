package npy_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/npy"
)

func encode[T npy.Number](t *testing.T, data []T, shape ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, data, shape...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The bytes are those of numpy.save.
func TestBytes(t *testing.T) {
	const version = "\x93NUMPY\x01\x00"
	for _, test := range []struct {
		name string
		got  []byte
		want string
	}{
		{
			"float32 of two dimensions",
			encode(t, []float32{1, -2, 0.5, 0, 3, 4}, 3, 2),
			version + "\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }" + strings.Repeat(" ", 58) + "\n" +
				"\x00\x00\x80\x3f\x00\x00\x00\xc0\x00\x00\x00\x3f\x00\x00\x00\x00\x00\x00\x40\x40\x00\x00\x80\x40",
		},
		{
			"int64 of one dimension",
			encode(t, []int64{7, -1}, 2),
			version + "\x76\x00{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }" + strings.Repeat(" ", 60) + "\n" +
				"\x07\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff",
		},
		{
			"float64 of no dimension",
			encode(t, []float64{math.Inf(-1)}),
			version + "\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (), }" + strings.Repeat(" ", 62) + "\n" +
				"\x00\x00\x00\x00\x00\x00\xf0\xff",
		},
		{
			"nothing",
			encode(t, []float64(nil), 0, 10),
			version + "\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (0, 10), }" + strings.Repeat(" ", 57) + "\n",
		},
	} {
		if string(test.got) != test.want {
			t.Errorf("%s: bytes are\n%q, want\n%q", test.name, test.got, test.want)
		}
	}
}

func TestDataStartsAtAMultipleOf64(t *testing.T) {
	for digits := range 12 {
		shape := append(slices.Repeat([]int{1}, 3*digits), 0)
		if b := encode(t, []float32{}, shape...); len(b)%64 != 0 || b[len(b)-1] != '\n' {
			t.Errorf("shape %v: header of %d bytes ends in %q", shape, len(b), b[len(b)-1])
		}
	}
}

func roundTrip[T npy.Number](t *rapid.T, element *rapid.Generator[T], same func(a, b T) bool) {
	shape := rapid.SliceOfN(rapid.IntRange(0, 6), 0, 4).Draw(t, "shape")
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := rapid.SliceOfN(element, n, n).Draw(t, "data")
	var b bytes.Buffer
	if err := npy.Write(&b, data, shape...); err != nil {
		t.Fatal(err)
	}
	got, gotShape, err := npy.Read[T](&b)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(gotShape, shape) || !slices.EqualFunc(got, data, same) {
		t.Fatalf("read %v of shape %v, wrote %v of shape %v", got, gotShape, data, shape)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Run("float32", rapid.MakeCheck(func(t *rapid.T) {
		roundTrip(t, rapid.Float32(), func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
	}))
	t.Run("float64", rapid.MakeCheck(func(t *rapid.T) {
		roundTrip(t, rapid.Float64(), func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
	}))
	t.Run("int64", rapid.MakeCheck(func(t *rapid.T) {
		roundTrip(t, rapid.Int64(), func(a, b int64) bool { return a == b })
	}))
}

func TestLargeRoundTrip(t *testing.T) {
	data := make([]float32, 200_001)
	for i := range data {
		data[i] = float32(i)
	}
	data[7] = float32(math.NaN())
	got, _, err := npy.Read[float32](bytes.NewReader(encode(t, data, len(data))))
	if err != nil {
		t.Fatal(err)
	}
	same := func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }
	if !slices.EqualFunc(got, data, same) {
		t.Error("200,001 elements came back differently")
	}
}

func TestWriteRefusesAWrongShape(t *testing.T) {
	for _, test := range []struct {
		shape []int
		want  string
	}{
		{[]int{2, 2}, "writing npy: shape [2 2] needs 4 elements, not 3"},
		{[]int{-3, -1}, "writing npy: shape [-3 -1] has a negative length"},
		{[]int{1 << 30, 1 << 30, 16}, "writing npy: shape [1073741824 1073741824 16] is too large"},
	} {
		err := npy.Write(io.Discard, []float64{1, 2, 3}, test.shape...)
		if err == nil || err.Error() != test.want {
			t.Errorf("error is %v, want %s", err, test.want)
		}
	}
}

// full is a writer on a full disk after some bytes.
type full int

var errFull = errors.New("no space left on device")

func (f *full) Write(b []byte) (int, error) {
	if len(b) > int(*f) {
		return 0, errFull
	}
	*f -= full(len(b))
	return len(b), nil
}

func TestWriteReportsAFullDisk(t *testing.T) {
	for _, room := range []full{0, 128} {
		if err := npy.Write(&room, []float64{1, 2}, 2); !errors.Is(err, errFull) {
			t.Errorf("error is %v", err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := string(encode(t, []float64{1, 2}, 2))
	for _, test := range []struct{ name, bytes, want string }{
		{"nothing", "", "reading npy header: byte 0: the header goes on to byte 8: unexpected EOF"},
		{"half a header", good[:60], "reading npy header: byte 60: the header goes on to byte 128: unexpected EOF"},
		{"half an element", good[:len(good)-3], "reading npy data: unexpected EOF"},
		{"no element", good[:128], "reading npy data: unexpected EOF"},
		{"more", good + "x", "reading npy data: bytes follow the last element"},
		{"another file", strings.Repeat("PK", 50), `reading npy header: byte 0: starts with "PKPKPK", not "\x93NUMPY"`},
		{"another type", string(encode(t, []int64{1}, 1)), `reading npy header: elements are "<i8", not "<f8"`},
		{"longer than its data",
			strings.Replace(good, "(2,), }           ", "(999999999999,), }", 1), "reading npy data: unexpected EOF"},
		{"too long", strings.Replace(good, "(2,), }               ", "(9999999999999999,), }", 1),
			"reading npy header: shape [9999999999999999] is too large"},
		{"columns first", strings.Replace(good, "False", "True ", 1),
			"reading npy header: elements are in Fortran order, not in C order"},
	} {
		_, _, err := npy.Read[float64](strings.NewReader(test.bytes))
		if err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%s: error is %v, want %s", test.name, err, test.want)
		}
	}
}
