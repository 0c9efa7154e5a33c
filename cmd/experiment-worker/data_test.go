package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const digitsSweep = `name: digits
base:
  data: {name: mnist, train: 60, validation: 30, test: 40}
  model: {name: mlp, width: 16, depth: 1}
  train: {epochs: 2, batch: 16}
`

// TestDataThatChangedBetweenTwoRuns makes a run again, on the same files and then on others: the checksum of the data is
// part of what is compared, and says why the numbers differ.
func TestDataThatChangedBetweenTwoRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs and trains")
	}
	bin, folder := programs(t), t.TempDir()
	data := filepath.Join(folder, "data")
	writeImages(t, data, 100, 8, 1)
	if err := os.WriteFile(filepath.Join(folder, "digits.yaml"), []byte(digitsSweep), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := experiment(t, bin, folder, "run", "digits.yaml", "--data-dir", data, "--db", "x.db", "--device", "cpu"); status != 0 {
		t.Fatalf("the run ended with status %d: %s", status, stderr)
	}
	again := func() (out, stderr string, status int) {
		return experiment(t, bin, folder, "reproduce", "--sample", "1", "digits", "--data-dir", data, "--db", "x.db")
	}
	if out, stderr, status := again(); status != 0 || !strings.Contains(out, "identical: ") || strings.Contains(out, "data_checksum") {
		t.Errorf("on the same data, status %d: %s%s", status, out, stderr)
	}
	writeImages(t, data, 100, 8, 2)
	out, stderr, status := again()
	_, provenance, found := strings.Cut(out, "\nProvenance\n")
	if status != 0 || !found || !strings.Contains(out, "and so does what they were computed on") || strings.Contains(out, "identical") {
		t.Fatalf("on other data, status %d: %s%s", status, out, stderr)
	}
	if lines := strings.Split(strings.TrimSpace(provenance), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], "  data_checksum ") {
		t.Errorf("what differs is said to be\n%s", provenance)
	}
}
