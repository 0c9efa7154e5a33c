package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUsage(t *testing.T) {
	var stdout, stderr strings.Builder
	if status := experimentSetup(t.Context(), &stdout, &stderr, []string{"again"}); status != 2 || !strings.Contains(stderr.String(), "no arguments") {
		t.Errorf("status %d, %q", status, stderr.String())
	}
}

func TestOutsideAClone(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module another\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	var stdout, stderr strings.Builder
	if status := experimentSetup(t.Context(), &stdout, &stderr, nil); status != 2 || !strings.Contains(stderr.String(), "no go.mod of the project") {
		t.Errorf("status %d, %q", status, stderr.String())
	}
}

func TestStopped(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module experiment\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr strings.Builder
	if status := experimentSetup(ctx, &stdout, &stderr, nil); status != 130 || stderr.String() != "setup: stopped; the next one does what this one left undone\n" {
		t.Errorf("status %d, %q", status, stderr.String())
	}
}

// A libtorch that is not there is something the machine lacks.
func TestMissing(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module experiment\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	t.Setenv("LIBTORCH", filepath.Join(folder, "nowhere"))
	var stdout, stderr strings.Builder
	if status := experimentSetup(t.Context(), &stdout, &stderr, nil); status != 3 || !strings.Contains(stderr.String(), "include/ and lib/") {
		t.Errorf("status %d, %q", status, stderr.String())
	}
	if stdout.String() != "" {
		t.Errorf("a failure printed %q to stdout", stdout.String())
	}
}
