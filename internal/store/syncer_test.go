package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// An error of the disk is not forgotten: everything that is recorded after it says so.
func TestSyncerKeepsItsFirstError(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	s := newSyncer(file)
	if err := errors.Join(s.soon(), s.now()); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.now(); err == nil {
		t.Error("a file that is closed was synced")
	}
	if err := s.soon(); err == nil {
		t.Error("the error was forgotten")
	}
	if err := s.close(); err == nil {
		t.Error("closing does not tell of the error")
	}
}
