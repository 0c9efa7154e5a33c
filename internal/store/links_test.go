package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestLinkedDatabaseSyncsItsOwnLog opens a database by a link in another folder.
func TestLinkedDatabaseSyncsItsOwnLog(t *testing.T) {
	folder := t.TempDir()
	real, link := filepath.Join(folder, "disk", "x.db"), filepath.Join(folder, "x.db")
	if err := os.Mkdir(filepath.Dir(real), 0o755); err != nil {
		t.Fatal(err)
	}
	made, err := Open(t.Context(), real)
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, link)
	if s.log == nil {
		t.Skip("there is no write-ahead log here")
	}
	if got := s.log.file.Name(); got != real+"-wal" {
		t.Errorf("what is synced is %s, and the log is %s-wal", got, real)
	}
	if _, err := os.Stat(link + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a file %s-wal: %v", link, err)
	}
}

func TestTwin(t *testing.T) {
	folder := t.TempDir()
	short, long := filepath.Join(folder, "x"), filepath.Join(folder, "x.db")
	if _, exists := Twin(long); exists {
		t.Error("a lone database has a twin")
	}
	for _, path := range []string{short, long} {
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{short: long, long: short} {
		if twin, exists := Twin(path); twin != want || !exists {
			t.Errorf("the twin of %s is %s, %v, want %s", path, twin, exists, want)
		}
	}
}
