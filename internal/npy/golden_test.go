package npy_test

import (
	"archive/zip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"experiment/internal/npy"
)

// golden returns the files that NumPy wrote, by name; testdata/generate.py made them.
func golden(t testing.TB) map[string][]byte {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join("testdata", "numpy.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	files := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return files
}

// save writes a file into a temporary folder and returns its name.
func save(t testing.TB, name string, content []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, content, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// rows returns the whole of an array.
func rows(a *npy.Array) [][]float64 {
	all := make([][]float64, a.Rows())
	for i := range all {
		all[i] = make([]float64, a.Columns())
		a.Row(i, all[i])
	}
	return all
}

func same(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(a, b []float64) bool {
		return slices.EqualFunc(a, b, func(a, b float64) bool {
			return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
		})
	})
}

var types = map[string]struct {
	name   string
	values [][]float64
}{
	"f2": {"float16", floats},
	"f4": {"float32", floats},
	"f8": {"float64", floats},
	"i1": {"int8", integers(math.MinInt8, math.MaxInt8)},
	"i2": {"int16", integers(math.MinInt16, math.MaxInt16)},
	"i4": {"int32", integers(math.MinInt32, math.MaxInt32)},
	"i8": {"int64", integers(math.MinInt64, math.MaxInt64)},
	"u1": {"uint8", integers(0, math.MaxUint8)},
	"u2": {"uint16", integers(0, math.MaxUint16)},
	"u4": {"uint32", integers(0, math.MaxUint32)},
	"u8": {"uint64", integers(0, math.MaxUint64)},
}

var floats = [][]float64{{0.5, -1.5, 1024}, {math.Copysign(0, -1), math.Inf(1), math.NaN()}}

func integers(least, largest float64) [][]float64 {
	return [][]float64{{0, 1, 2}, {100, least, largest}}
}

// Every element type, byte order, memory order and version that NumPy writes gives NumPy's values.
func TestGolden(t *testing.T) {
	files, seen := golden(t), 0
	for code, want := range types {
		orders := []string{"little", "big"}
		if code[1] == '1' {
			orders = []string{"none"}
		}
		for _, order := range orders {
			for _, rest := range []string{"C-1", "C-2", "C-3", "F-1", "F-2", "F-3"} {
				name := fmt.Sprintf("%s-%s-%s.npy", code, order, rest)
				a, err := npy.Open(save(t, name, files[name]))
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				seen++
				if got := a.DType(); got.Name != want.name || got.BigEndian != (order == "big") {
					t.Errorf("%s: elements are %v", name, got)
				}
				if got := rows(a); !same(got, want.values) || !slices.Equal(a.Shape(), []int{2, 3}) {
					t.Errorf("%s: read %v of shape %v, want %v", name, got, a.Shape(), want.values)
				}
				if err := a.Close(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	if seen != 120 {
		t.Errorf("read %d files, want 120", seen)
	}
}

func TestVectorsAndColumns(t *testing.T) {
	files := golden(t)
	for name, shape := range map[string][]int{"vector.npy": {3}, "column.npy": {3, 1}} {
		a, err := npy.Parse(name, files[name])
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Ints()
		if err != nil || !slices.Equal(got, []int{3, 1, 2}) || !slices.Equal(a.Shape(), shape) {
			t.Errorf("%s: integers %v of shape %v, %v", name, got, a.Shape(), err)
		}
		if got := rows(a); !same(got, [][]float64{{3}, {1}, {2}}) {
			t.Errorf("%s: rows %v", name, got)
		}
	}
	nothing, err := npy.Parse("nothing.npy", files["nothing.npy"])
	if err != nil || nothing.Rows() != 0 || nothing.Columns() != 10 {
		t.Errorf("nothing.npy: %v, %v", nothing, err)
	}
}

// A prefix of a good file is an error that says where the file ends, and so is a byte more.
func TestPrefixes(t *testing.T) {
	files := golden(t)
	for _, name := range []string{"f4-little-C-1.npy", "f2-big-F-2.npy", "u8-little-F-3.npy", "vector.npy"} {
		file := files[name]
		for n := range file {
			_, err := npy.Parse("a.npy", file[:n])
			if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("reading a.npy: byte %d: ", n)) {
				t.Errorf("%s: the first %d of %d bytes: error is %v", name, n, len(file), err)
			}
		}
		for _, n := range []int{0, 1, 9, 60, len(file) - 1} {
			if _, err := npy.Open(save(t, "a.npy", file[:n])); err == nil {
				t.Errorf("%s: a file of its first %d bytes was read", name, n)
			}
		}
		_, err := npy.Parse("a.npy", append(slices.Clone(file), 0))
		if want := fmt.Sprintf("reading a.npy: byte %d: bytes follow the last element", len(file)); err == nil || err.Error() != want {
			t.Errorf("%s: a byte more: error is %v, want %s", name, err, want)
		}
	}
}

func TestRefusesArrays(t *testing.T) {
	files := golden(t)
	const types = ", not floats of 16, 32 or 64 bits or integers of 8 to 64: convert them with astype"
	for name, want := range map[string]string{
		"scalar.npy":     "an array of shape (), not of one or two dimensions",
		"cube.npy":       "an array of shape (2, 3, 4), not of one or two dimensions",
		"objects.npy":    "elements are Python objects, which are never read: convert them to numbers with astype",
		"structures.npy": "byte 20: elements are structures, not numbers: save one field of the array",
		"complex.npy":    `elements are "<c8"` + types,
		"booleans.npy":   `elements are "|b1"` + types,
		"text.npy":       `elements are "<U3"` + types,
	} {
		if _, err := npy.Parse(name, files[name]); err == nil || err.Error() != "reading "+name+": "+want {
			t.Errorf("%s: error is %v, want %s", name, err, want)
		}
	}
}
