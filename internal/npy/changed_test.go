package npy_test

import (
	"errors"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"experiment/internal/npy"
)

// A file that is cut short while it is mapped has rows of NaN, and says why.
func TestFileCutShort(t *testing.T) {
	name := sparse(t, 100_000)
	a, err := npy.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Err(); err != nil {
		t.Errorf("a file that is still the same: %v", err)
	}
	if err := os.Truncate(name, 8192); err != nil {
		t.Fatal(err)
	}
	row := make([]float64, a.Columns())
	a.Row(0, row)
	if row[0] != 0 {
		t.Errorf("the first row, which is still there, is %v", row)
	}
	a.Row(99_999, row)
	if slices.ContainsFunc(row, func(v float64) bool { return !math.IsNaN(v) }) {
		t.Errorf("a row that is gone is %v", row)
	}
	if err := a.Err(); !errors.Is(err, npy.ErrChanged) {
		t.Errorf("error is %v", err)
	}
}

func TestIntegersCutShort(t *testing.T) {
	header := file("{'descr': '<i8', 'fortran_order': False, 'shape': (10000,)}", "")
	name := save(t, "y.npy", append(header, make([]byte, 80_000)...))
	a, err := npy.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := os.Truncate(name, 8192); err != nil {
		t.Fatal(err)
	}
	if labels, err := a.Ints(); !errors.Is(err, npy.ErrChanged) || labels != nil {
		t.Errorf("%d labels, error %v", len(labels), err)
	}
}

// A file that was written to may have been read before or after; one that another took the place of was not changed.
func TestFileWrittenTo(t *testing.T) {
	name := sparse(t, 100)
	a, err := npy.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := os.Rename(sparse(t, 7), name); err != nil {
		t.Fatal(err)
	}
	if err := a.Err(); err != nil {
		t.Errorf("another file by that name: %v", err)
	}
	b, err := npy.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := os.Chtimes(name, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := b.Err(); !errors.Is(err, npy.ErrChanged) {
		t.Errorf("a file with a later time of change: %v", err)
	}
}

func BenchmarkRow(b *testing.B) {
	content := append(file("{'descr': '<f4', 'fortran_order': False, 'shape': (1000, 10)}", ""), make([]byte, 40_000)...)
	a, err := npy.Parse("z.npy", content)
	if err != nil {
		b.Fatal(err)
	}
	row := make([]float64, 10)
	b.ReportAllocs()
	for i := range b.N {
		a.Row(i%1000, row)
	}
}
