package npy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime/debug"
	"slices"
)

// Array is an array of one or two dimensions that lies in a file. Its elements are converted when they are
// asked for, a row at a time; several goroutines may ask at once.
type Array struct {
	shape   []int
	rows    int
	columns int
	dtype   DType
	fortran bool
	data    []byte // the elements
	float   func([]byte) float64
	source  *source
}

// Open maps a file, or reads it whole where it cannot be mapped, such as a pipe. The file must not be written to
// before Close; Err says whether it was. What is not one whole array of one or two dimensions is an error that names the file and
// the byte.
func Open(name string) (*Array, error) {
	s, err := openSource(name)
	if err != nil {
		return nil, fmt.Errorf("reading npy: %w", err)
	}
	a, err := newArray(s)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading %s: %w", name, err), s.close())
	}
	return a, nil
}

// Parse returns the array that is the content of a file, which name stands for in errors.
func Parse(name string, content []byte) (*Array, error) {
	a, err := newArray(&source{bytes: content})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return a, nil
}

func newArray(s *source) (*Array, error) {
	h, err := readHeader(bytes.NewReader(s.bytes))
	if err != nil {
		return nil, err
	}
	if len(h.shape) != 1 && len(h.shape) != 2 {
		return nil, fmt.Errorf("an array of shape %s, not of one or two dimensions", tuple(h.shape))
	}
	n, err := elements(h.shape)
	if err != nil {
		return nil, err
	}
	dtype, err := parseDType(h.descr)
	if err != nil {
		return nil, err
	}
	data := s.bytes[h.size:]
	switch want := n * dtype.Size; {
	case len(data) < want:
		return nil, fmt.Errorf("byte %d: %s elements of shape %s go on to byte %d: %w",
			len(s.bytes), dtype.Name, tuple(h.shape), h.size+want, io.ErrUnexpectedEOF)
	case len(data) > want:
		return nil, fmt.Errorf("byte %d: bytes follow the last element", h.size+want)
	}
	a := &Array{shape: h.shape, rows: h.shape[0], columns: 1, dtype: dtype, fortran: h.fortran, data: data, float: dtype.float(), source: s}
	if len(h.shape) == 2 {
		a.columns = h.shape[1]
	}
	return a, nil
}

// Close releases the file. Nothing can be read from the array afterwards.
func (a *Array) Close() error {
	a.data = nil
	return a.source.close()
}

// Shape returns the lengths of the dimensions, of which there are one or two.
func (a *Array) Shape() []int { return slices.Clone(a.shape) }

// DType returns the type of the elements.
func (a *Array) DType() DType { return a.dtype }

// Rows returns the length of the first dimension.
func (a *Array) Rows() int { return a.rows }

// Columns returns the length of the second dimension, 1 where there is none.
func (a *Array) Columns() int { return a.columns }

// Err says that a mapped file was written to since it was opened: what was read of it may be of before or after.
func (a *Array) Err() error {
	changed, err := a.source.changed()
	if err != nil {
		return err
	}
	if changed {
		return ErrChanged
	}
	return nil
}

// ErrChanged is the error of Err.
var ErrChanged = errors.New("it changed while it was read")

// Row converts row i into row, which has Columns elements. They are NaN where the file has become too short to have
// the row.
func (a *Array) Row(i int, row []float64) {
	if i < 0 || i >= a.rows || len(row) != a.columns {
		panic(fmt.Sprintf("npy: row %d into %d elements, of an array of shape %s", i, len(row), tuple(a.shape)))
	}
	defer a.source.survive(debug.SetPanicOnFault(true), func() {
		for j := range row {
			row[j] = math.NaN()
		}
	})
	size := a.dtype.Size
	at, step := i*a.columns*size, size
	if a.fortran {
		at, step = i*size, a.rows*size
	}
	for j := range row {
		row[j] = a.float(a.data[at : at+size])
		at += step
	}
	a.passed(i)
}

// Ints returns the integers of an array of one column. Elements of another type, and those that an int
// cannot hold, are errors.
func (a *Array) Ints() (values []int, err error) {
	if !a.dtype.Integer() || a.columns != 1 {
		return nil, fmt.Errorf("%s elements of shape %s are not a column of integers", a.dtype.Name, tuple(a.shape))
	}
	defer a.source.survive(debug.SetPanicOnFault(true), func() { values, err = nil, ErrChanged })
	integer := a.dtype.integer()
	values = make([]int, a.rows)
	for i := range values {
		b := a.data[i*a.dtype.Size:]
		v := integer(b)
		if v < 0 && a.dtype.Name[0] == 'u' || v < math.MinInt || v > math.MaxInt {
			return nil, fmt.Errorf("row %d: %.0f is too large", i, a.float(b))
		}
		values[i] = int(v)
		a.passed(i)
	}
	return values, nil
}

// passed gives back the memory of the rows read, each time they come to a window.
func (a *Array) passed(i int) {
	if every := max(1, window/max(1, a.columns*a.dtype.Size)); i%every == every-1 {
		a.source.release()
	}
}
