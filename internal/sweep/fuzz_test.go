package sweep

import (
	"errors"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzParse holds that no file makes the parser panic, that what is refused is refused with an Error that
// points into the file, and that what is read comes out the same a second time and satisfies Complete.
func FuzzParse(f *testing.F) {
	for _, path := range []string{"testdata/good.txtar", "testdata/bad.txtar"} {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if len(file.Data) < 1000 {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		sweep, err := Parse("fuzz.yaml", source)
		if err != nil {
			checkLocated(t, err)
			return
		}
		if len(sweep.Runs) > 10_000 {
			return // a number of seeds, and not worth the seconds
		}
		again, err := Parse("fuzz.yaml", source)
		if err != nil || !slices.Equal(sortedKeys(again.Runs), sortedKeys(sweep.Runs)) {
			t.Fatalf("reading it again gives other runs, error %v", err)
		}
		for _, r := range sweep.Runs[:min(len(sweep.Runs), 10)] {
			if completed, err := Complete(r.Config); err != nil || !sameRun(completed, r.Config) {
				t.Fatalf("completing changes a run, error %v", err)
			}
		}
	})
}

func checkLocated(t *testing.T, err error) {
	t.Helper()
	var located *Error
	if !errors.As(err, &located) {
		t.Fatalf("%T is no located error: %v", err, err)
	}
	if located.File != "fuzz.yaml" || located.Message == "" || located.Line < 0 || located.Line > 0 && located.Column < 1 {
		t.Fatalf("misplaced error %+v", *located)
	}
}
