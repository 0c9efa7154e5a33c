// Package predictions reads what a classifier predicted, and the labels to hold it against, from the files of
// any tool: NumPy's .npy, and .csv. What calibration cannot be measured on is an error that names the file
// and the row, rows and classes counted from 0.
package predictions

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"experiment/internal/npy"
)

// Matrix is a table of numbers with a row for each example: [Rows, Columns]. One of a .npy file stays in
// the file, and its rows are converted when they are asked for; one of a .csv file is in memory.
type Matrix struct {
	Rows    int
	Columns int

	name   string
	array  *npy.Array // nil where the values are in memory
	values []float64
	check  func(row []float64) error // what the table is for; nil where it may be any
}

// Open opens a table of numbers. The first bytes say whether it is .npy; else the name does. A file that can
// be read only once, such as a pipe, may be either.
func Open(name string) (*Matrix, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading predictions: %w", err)
	}
	m, err := open(file)
	if closing := file.Close(); closing != nil {
		err = errors.Join(err, closing)
	}
	if err != nil {
		return nil, err
	}
	if m.Rows == 0 {
		return nil, errors.Join(fmt.Errorf("reading %s: there are no rows", name), m.Close())
	}
	return m, nil
}

func open(file *os.File) (*Matrix, error) {
	name, in := file.Name(), bufio.NewReaderSize(file, 1<<16)
	start, err := in.Peek(len(npy.Magic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading predictions: %w", err)
	}
	isArray, err := recognise(name, string(start))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if !isArray {
		return readCSV(name, in)
	}
	a, err := openArray(file, in)
	if err != nil {
		return nil, err
	}
	return &Matrix{Rows: a.Rows(), Columns: a.Columns(), name: name, array: a}, nil
}

// openArray maps a file, or reads the rest of what can be read only once.
func openArray(file *os.File, in *bufio.Reader) (*npy.Array, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading predictions: %w", err)
	}
	if info.Mode().IsRegular() {
		return npy.Open(file.Name())
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file.Name(), err)
	}
	return npy.Parse(file.Name(), content)
}

// recognise says whether a file is .npy, and otherwise .csv, from its name and its first bytes.
func recognise(name, start string) (isArray bool, err error) {
	extension := strings.ToLower(filepath.Ext(name))
	switch {
	case start == npy.Magic:
		return true, nil
	case strings.HasPrefix(start, "PK\x03\x04"):
		return false, errors.New("a zip archive, such as .npz or .pt: save one array with numpy.save")
	case strings.HasPrefix(start, "\x1f\x8b"):
		return false, errors.New("compressed with gzip: decompress it first")
	case extension == ".npy":
		return true, nil
	case extension == ".csv" || extension == "":
		return false, nil
	}
	return false, errors.New("neither a .npy nor a .csv file")
}

// Row puts row i into row, which has Columns elements. Several goroutines may call it at once.
func (m *Matrix) Row(i int, row []float64) {
	if m.array != nil {
		m.array.Row(i, row)
		return
	}
	if len(row) != m.Columns {
		panic(fmt.Sprintf("predictions: a row of %d elements of a table of %d columns", len(row), m.Columns))
	}
	copy(row, m.values[i*m.Columns:(i+1)*m.Columns])
}

// Close releases the file. Row must not be called afterwards.
func (m *Matrix) Close() error {
	m.values = nil
	if m.array == nil {
		return nil
	}
	return m.array.Close()
}
