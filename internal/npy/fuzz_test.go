package npy_test

import (
	"bytes"
	"slices"
	"testing"

	"experiment/internal/npy"
)

// What can be parsed can be read to its last row and written back as the same array, and agrees with Read.
func FuzzNPY(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, shape, readErr := npy.Read[int64](bytes.NewReader(b))
		a, err := npy.Parse("a.npy", b)
		if err != nil {
			if readErr == nil && (len(shape) == 1 || len(shape) == 2) {
				t.Fatalf("Read understands an array of shape %v, but Parse does not: %v", shape, err)
			}
			return
		}
		if a.Columns() == 0 {
			return
		}
		all := rows(a)
		if readErr == nil {
			if got := slices.Concat(all...); !slices.EqualFunc(got, whole, func(x float64, y int64) bool { return x == float64(y) }) {
				t.Errorf("Parse reads %v, Read %v", got, whole)
			}
		}
		var again bytes.Buffer
		if err := npy.Write(&again, slices.Concat(all...), a.Rows(), a.Columns()); err != nil {
			t.Fatal(err)
		}
		rewritten, err := npy.Parse("again.npy", again.Bytes())
		if err != nil || !same(rows(rewritten), all) {
			t.Errorf("%v of shape %v came back differently: %v", all, a.Shape(), err)
		}
	})
}
