package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"experiment/internal/evaluation"
	"experiment/internal/npy"
)

// A file that is cut short between its opening and its last row is an error that names it.
func TestFilesThatChange(t *testing.T) {
	const n, classes = 2000, 4
	folder := t.TempDir()
	logits, labels := filepath.Join(folder, "z.npy"), filepath.Join(folder, "y.npy")
	saveArray(t, logits, make([]float64, n*classes), n, classes)
	saveArray(t, labels, make([]int64, n), n)
	r := evaluateRequest{models: []namedFile{{path: logits}}, labels: labels, options: evaluation.Options{Bins: 15}}
	measured, err := openPredictions(r.models, false, labels)
	if err != nil {
		t.Fatal(err)
	}
	defer measured.close()
	if err := measured.changed(); err != nil {
		t.Errorf("files that are still the same: %v", err)
	}
	if err := os.Truncate(logits, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := r.measureOpen(measured, nil); err == nil {
		t.Error("rows that are gone were measured")
	}
	if err, want := measured.changed(), "reading "+logits+": it changed while it was read"; !errors.Is(err, npy.ErrChanged) || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

func saveArray[T npy.Number](t *testing.T, name string, data []T, shape ...int) {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, data, shape...); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}
