package runner_test

import (
	"os"
	"path/filepath"
	"testing"

	"experiment/internal/runner"
)

// What a person puts into the folder of a run is told from what the program makes there.
func TestFilesOfARun(t *testing.T) {
	for name, want := range map[string]struct {
		own, precious bool
		leftover      string // of a run that is done
	}{
		"lock":                          {true, false, ""},
		"attempt-12.log":                {true, false, ""},
		"test-logits.npy":               {true, true, ""},
		"validation-labels.npy":         {true, true, ""},
		"train-logits.npy":              {true, true, ""},
		"checkpoint":                    {true, true, "it is the checkpoint of a run that is done"},
		".checkpoint.4294967295":        {true, false, "it was not written to its end"},
		".validation-logits.npy.123456": {true, false, "it was not written to its end"},

		".notes.123":             {}, // as an editor or a synchroniser might name a file
		".test-logits.npy":       {},
		".test-logits.npy.":      {},
		".test-logits.npy.12a":   {},
		".test-logits.npy.1.2":   {},
		"test-logits.npy.123":    {},
		".attempt-1.log.123":     {},
		".lock.123":              {},
		"embeddings.npy":         {},
		"my-test-logits.npy":     {},
		"test-logits.npz":        {},
		"attempt-1.log.gz":       {},
		"checkpoint.old":         {},
		"..test-logits.npy.1234": {},
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		if got := runner.RunFile(entries[0]); got != want.own {
			t.Errorf("%s is one of a run: %t", name, got)
		}
		if got := runner.Precious(entries[0]); got != want.precious {
			t.Errorf("%s is precious: %t", name, got)
		}
		if got := runner.Leftover(entries[0], true); got != want.leftover {
			t.Errorf("%s: %q", name, got)
		}
		if got := runner.Leftover(entries[0], false); got != want.leftover && name != "checkpoint" || got != "" && name == "checkpoint" {
			t.Errorf("%s of a run that is not done: %q", name, got)
		}
	}
}

// A folder, or a link, by such a name is none of the program's.
func TestOnlyOrdinaryFilesAreOfARun(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "checkpoint"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(folder, "test-logits.npy")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 2 {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if runner.RunFile(entry) || runner.Precious(entry) || runner.Leftover(entry, true) != "" {
			t.Errorf("%s counts as a file of a run", entry.Name())
		}
	}
}
