package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"experiment/internal/run"
)

// makeForeign makes a database by the given SQL, closed again.
func makeForeign(t *testing.T, path, script string) {
	t.Helper()
	db := sql.OpenDB(newConnector(path, writing))
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name       string
		make       func(t *testing.T, path string)
		open, read error // nil where it opens
	}{
		{"a missing file", func(*testing.T, string) {}, nil, ErrMissing},
		{"an empty file", func(t *testing.T, path string) { write(t, path, nil) }, nil, ErrMissing},
		{"a database without tables", func(t *testing.T, path string) { makeForeign(t, path, "VACUUM") }, nil, ErrMissing},
		{"a folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o777); err != nil {
				t.Fatal(err)
			}
		}, ErrNotDatabase, ErrNotDatabase},
		{"a device", func(t *testing.T, path string) {
			if err := os.Symlink("/dev/null", path); err != nil {
				t.Fatal(err)
			}
		}, ErrNotDatabase, ErrNotDatabase},
		{"text", func(t *testing.T, path string) { write(t, path, []byte(strings.Repeat("name: losses\n", 99))) }, ErrNotDatabase, ErrNotDatabase},
		{"a few bytes", func(t *testing.T, path string) { write(t, path, []byte("x")) }, ErrNotDatabase, ErrNotDatabase},
		{"tables of another program", func(t *testing.T, path string) { makeForeign(t, path, "CREATE TABLE t (x)") }, ErrNotDatabase, ErrNotDatabase},
		{"another application", func(t *testing.T, path string) { makeForeign(t, path, "PRAGMA application_id = 7") }, ErrNotDatabase, ErrNotDatabase},
		{"a newer version", func(t *testing.T, path string) {
			s := openAt(t, path)
			if _, err := s.writer.Exec("PRAGMA user_version = 99"); err != nil {
				t.Fatal(err)
			}
		}, ErrNewer, ErrNewer},
		{"a file for a folder", func(t *testing.T, path string) { write(t, filepath.Dir(path), nil) }, errAny, ErrMissing},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "x.db")
			if test.name == "a file for a folder" {
				path = filepath.Join(folder, "file", "x.db")
			}
			test.make(t, path)
			before, readable := content(path)
			r, err := OpenReader(t.Context(), path)
			check(t, "OpenReader", err, test.read)
			if err == nil {
				t.Error(r.Close())
			}
			s, err := Open(t.Context(), path)
			check(t, "Open", err, test.open)
			if err == nil {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			} else if after, _ := content(path); readable && !bytes.Equal(before, after) {
				t.Error("Open refused the file and changed it")
			}
		})
	}
}

// errAny stands for an error of no special kind.
var errAny = errors.New("any")

func check(t *testing.T, what string, got, want error) {
	t.Helper()
	switch {
	case want == nil && got != nil, want == errAny && got == nil, want != nil && want != errAny && !errors.Is(got, want):
		t.Errorf("%s: got error %v, want %v", what, got, want)
	case got != nil:
		t.Logf("%s: %v", what, got)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func content(path string) ([]byte, bool) {
	data, err := os.ReadFile(path)
	return data, err == nil
}

func TestOpenIsRepeatable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "odd name?#%41.db")
	r := newRun(t, "focal gamma=2", 0)
	for range 3 {
		s := openAt(t, path)
		putSweepOf(t, s, "x", Replace, r)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestManyOpenANewDatabaseAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var group sync.WaitGroup
	for i := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Begin(t.Context(), newRun(t, "focal gamma=2", int64(i)), run.Attempt{Started: started}); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
}

func TestConnectionsAreSafe(t *testing.T) {
	s, _ := openTemporary(t)
	if s.log == nil {
		t.Error("the log is not synced after a commit")
	}
	for pragma, want := range map[string]int{"synchronous": 1, "foreign_keys": 1, "busy_timeout": 10000} {
		var got int
		if err := s.writer.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %d (%v), want %d", pragma, got, err, want)
		}
	}
	var mode string
	if err := s.writer.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("the journal is %q (%v)", mode, err)
	}
	if _, err := s.db.Exec("DELETE FROM runs"); !errors.Is(explain(err), ErrReadOnly) {
		t.Errorf("a reader deletes: %v", err)
	}
}

func TestClosedDatabaseIsOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	finish(t, s, newRun(t, "focal gamma=2", 0), 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Log(e)
	}
	if len(entries) != 1 {
		t.Errorf("there are %d files", len(entries))
	}
}

func TestFiles(t *testing.T) {
	for path, want := range map[string]string{
		"results/experiments.db": "results/experiments.files",
		"x.sqlite":               "x.sqlite.files",
	} {
		if got := Files(path); got != want {
			t.Errorf("Files(%q) = %q, want %q", path, got, want)
		}
	}
}

// mount mounts for the time of the test, or skips it.
func mount(t *testing.T, folder string, arguments ...string) {
	t.Helper()
	if out, err := exec.Command("mount", append(arguments, folder)...).CombinedOutput(); err != nil {
		t.Skipf("this needs the right to mount: %v: %s", err, out)
	}
	t.Cleanup(func() {
		// A test's context is done before its clean-up.
		if out, err := exec.CommandContext(context.Background(), "umount", folder).CombinedOutput(); err != nil {
			t.Errorf("unmounting: %v: %s", err, out)
		}
	})
}

// makeReadOnly mounts a folder over itself, read-only.
func makeReadOnly(t *testing.T, folder string) {
	t.Helper()
	mount(t, folder, "--bind", folder)
	if out, err := exec.Command("mount", "-o", "remount,bind,ro", folder).CombinedOutput(); err != nil {
		t.Skipf("this needs the right to mount read-only: %v: %s", err, out)
	}
}

func TestReadOnlyFolder(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(t, "focal gamma=2", 0)
	finish(t, s, r, 1, measured("ece", 0.25))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	makeReadOnly(t, folder)
	_, err = Open(t.Context(), path)
	check(t, "Open", err, ErrReadOnly)
	_, err = Open(t.Context(), filepath.Join(folder, "new.db"))
	check(t, "Open of a new file", err, ErrReadOnly)
	_, err = Open(t.Context(), filepath.Join(folder, "a", "b", "new.db"))
	check(t, "Open in a new folder", err, ErrReadOnly)
	reader, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if got := status(t, reader, r.Key); got != run.Finished {
		t.Errorf("the run is %q", got)
	}
	rows, err := reader.Query(t.Context(), "SELECT ece FROM results")
	if err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Error(err)
	}
}

func TestReadOnlyFolderWithLog(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "live", "x.db")
	s := openAt(t, path)
	r := newRun(t, "focal gamma=2", 0)
	finish(t, s, r, 1)
	copied := filepath.Join(folder, "copy")
	if err := os.CopyFS(copied, os.DirFS(filepath.Dir(path))); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(copied, "x.db-shm")); err != nil {
		t.Fatal(err)
	}
	makeReadOnly(t, copied)
	reader, err := OpenReader(t.Context(), filepath.Join(copied, "x.db"))
	check(t, "OpenReader", err, ErrReadOnly)
	if err == nil {
		reader.Close()
	}
}

func TestFullDisk(t *testing.T) {
	folder := t.TempDir()
	mount(t, folder, "-t", "tmpfs", "-o", "size=512k", "tmpfs")
	path := filepath.Join(folder, "x.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Log(err)
		}
	}()
	r := newRun(t, "focal gamma=2", 0)
	finish(t, s, r, 1)
	var many []run.Run
	for seed := range int64(2000) {
		many = append(many, newRun(t, "focal gamma=3", seed))
	}
	err = s.PutSweep(t.Context(), Sweep{Name: "big"}, many, Replace)
	check(t, "PutSweep", err, ErrFull)
	if _, err := s.SweepByName(t.Context(), "big"); err == nil {
		t.Error("half a sweep was recorded")
	}
	if got := status(t, s.Reader, r.Key); got != run.Finished {
		t.Errorf("after the disk was full a finished run is %q", got)
	}
	health, err := s.Check(t.Context())
	if err != nil || len(health.Problems) > 0 {
		t.Errorf("after the disk was full: %+v, %v", health, err)
	}
	write(t, filepath.Join(folder, "other"), nil)
	again, err := Open(t.Context(), path)
	check(t, "Open", err, nil)
	if err == nil {
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
}
