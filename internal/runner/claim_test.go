package runner

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"experiment/internal/run"
)

func TestClaim(t *testing.T) {
	files, key := filepath.Join(t.TempDir(), "x.files"), run.Key("ab")
	first, err := ClaimRun(files, key)
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := ClaimRun(files, key); !errors.As(err, &held) || held.Run != key || held.Owner == "" {
		t.Errorf("a second claim: %v", err)
	}
	folder := filepath.Join(files, "ab")
	if err := os.WriteFile(filepath.Join(folder, "attempt-1.log"), []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, bytes, err := first.Usage(); n != 1 || bytes != 5 || err != nil {
		t.Errorf("%d files, %d bytes: %v", n, bytes, err)
	}
	if err := first.RemoveFiles(); err != nil {
		t.Fatal(err)
	}
	if _, err := ClaimRun(files, key); !errors.As(err, &held) {
		t.Errorf("without its files the run can be claimed a second time: %v", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder stays: %v", err)
	}
}

func TestReleaseKeepsFiles(t *testing.T) {
	files := t.TempDir()
	claim, err := ClaimRun(files, "ab")
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(files, "ab", "attempt-1.log")
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := claim.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(log); err != nil {
		t.Error(err)
	}
}

func TestClaimWhereNothingCanBeMade(t *testing.T) {
	files := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(files, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var folder *FolderError
	if _, err := ClaimRun(files, "ab"); !errors.As(err, &folder) {
		t.Errorf("%v, want a FolderError", err)
	}
	if err := os.Remove(files); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(files, "ab"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere/lock", filepath.Join(files, "ab", lockName)); err != nil {
		t.Fatal(err)
	}
	if _, err := ClaimRun(files, "ab"); !errors.As(err, &folder) {
		t.Errorf("a lock that leads nowhere: %v, want a FolderError", err)
	}
}
