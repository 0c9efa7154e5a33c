package sweep

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"experiment/internal/run"
	"experiment/pipelines/catalogue"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// goldenCase is a sweep of an archive with the command line it is given.
type goldenCase struct {
	name      string
	source    []byte
	overrides []string
}

// goldenCases returns the sweeps of an archive.
func goldenCases(t *testing.T, archive *txtar.Archive) []goldenCase {
	t.Helper()
	var cases []goldenCase
	for _, f := range archive.Files {
		if !strings.HasSuffix(f.Name, ".yaml") {
			continue
		}
		c := goldenCase{name: f.Name, source: f.Data}
		for line := range strings.Lines(string(f.Data)) {
			if set, ok := strings.CutPrefix(line, "# --set "); ok {
				c.overrides = append(c.overrides, strings.TrimSpace(set))
			}
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		t.Fatal("the archive has no sweeps")
	}
	return cases
}

// checkGoldens compares what describe makes of each sweep of an archive with what stands behind it.
func checkGoldens(t *testing.T, path string, describe func(goldenCase) string) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]string)
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	rewritten := &txtar.Archive{Comment: archive.Comment}
	for _, c := range goldenCases(t, archive) {
		got := describe(c)
		name := strings.TrimSuffix(c.name, ".yaml") + ".out"
		rewritten.Files = append(rewritten.Files, txtar.File{Name: c.name, Data: c.source}, txtar.File{Name: name, Data: []byte(got)})
		if !*update && got != want[name] {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", c.name, got, want[name])
		}
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(rewritten), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGoodSweeps(t *testing.T) {
	checkGoldens(t, "testdata/good.txtar", func(c goldenCase) string {
		sweep, err := Parse(c.name, c.source, c.overrides...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			return ""
		}
		if !bytes.Equal(sweep.Source, c.source) {
			t.Errorf("%s: the source is not kept", c.name)
		}
		return describe(sweep)
	})
}

func TestBadSweeps(t *testing.T) {
	checkGoldens(t, "testdata/bad.txtar", func(c goldenCase) string {
		sweep, err := Parse(c.name, c.source, c.overrides...)
		if err == nil {
			t.Errorf("%s: no error, and %d runs", c.name, len(sweep.Runs))
			return ""
		}
		return err.Error() + "\n"
	})
}

// describe writes a sweep as the goldens show it.
func describe(s Sweep) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s: %d runs, %d duplicates, %d excluded\n", s.Name, s.Pipeline, len(s.Runs), s.Duplicates, s.Excluded)
	if s.Description != "" {
		fmt.Fprintf(&b, "description: %q\n", s.Description)
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(&b, "warning: %v\n", w)
	}
	first, err := s.Runs[0].Config.MarshalJSON()
	fmt.Fprintf(&b, "%s %v\n", first, err)
	varying := varyingPaths(s.Runs)
	for _, r := range s.Runs {
		fmt.Fprintf(&b, "%s %s:", r.Key.Short(), r.Label)
		for _, path := range varying {
			if v, ok := r.Config.Get(path); ok {
				fmt.Fprintf(&b, " %s=%s", path, catalogue.FormatValue(v))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// varyingPaths lists the settings that not all runs have with the same value.
func varyingPaths(runs []run.Run) []string {
	count := make(map[run.Field]int)
	for _, r := range runs {
		for _, f := range r.Config.Fields() {
			count[f]++
		}
	}
	var paths []string
	for f, n := range count {
		if n < len(runs) {
			paths = append(paths, f.Path)
		}
	}
	slices.SortFunc(paths, cmp.Compare[string])
	return slices.Compact(paths)
}
