package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"experiment/internal/store"
)

// writeLock is the byte of the -shm file that SQLite locks to write (WAL_WRITE_LOCK, https://sqlite.org/walformat.html).
const writeLock = 120

// writer is another process that writes to a database, as far as others can tell.
type writer struct {
	t      *testing.T
	shared *os.File
}

// openWriter returns a writer that does not write yet.
func openWriter(t *testing.T, database string) writer {
	t.Helper()
	reader, err := store.OpenReader(t.Context(), database) // as long as it is open there is the -shm file
	if err != nil {
		t.Fatal(err)
	}
	shared, err := os.OpenFile(database+"-shm", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(reader.Close(), shared.Close()); err != nil { // in this order: closing the file drops the reader's locks
			t.Error(err)
		}
	})
	return writer{t, shared}
}

// set begins or ends writing: unix.F_WRLCK or unix.F_UNLCK.
func (w writer) set(kind int16) {
	lock := unix.Flock_t{Type: kind, Start: writeLock, Len: 1}
	if err := unix.FcntlFlock(w.shared.Fd(), unix.F_OFD_SETLK, &lock); err != nil {
		w.t.Error(err)
	}
}

const busySweep = `name: busy
base: {train: {epochs: 1}}
runs: [{loss: cross_entropy}]
seeds: `

// A sweep waits for another process that writes to the database. One that does not come to an end is an error of the
// machine that loses nothing: the same command again goes on.
func TestDatabaseThatIsBusy(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for ten seconds")
	}
	t.Parallel()
	folder := t.TempDir()
	sweep := func(seeds string) {
		if err := os.WriteFile(filepath.Join(folder, "busy.yaml"), []byte(busySweep+seeds+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sweep("1")
	if out, err := inFolder(folder, "run", "busy.yaml", "--db", "x.db").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	sweep("3")
	other := openWriter(t, filepath.Join(folder, "x.db"))
	other.set(unix.F_WRLCK)
	released := make(chan struct{})
	time.AfterFunc(time.Second, func() {
		other.set(unix.F_UNLCK)
		close(released)
	})
	began := time.Now()
	out, err := inFolder(folder, "run", "busy.yaml", "--db", "x.db").CombinedOutput()
	<-released
	if err != nil || !strings.Contains(string(out), "2 finished in") || time.Since(began) < time.Second {
		t.Errorf("while it is busy for a second: %v after %v\n%s", err, time.Since(began), out)
	}

	sweep("5")
	other.set(unix.F_WRLCK)
	command := inFolder(folder, "run", "busy.yaml", "--db", "x.db")
	out, err = command.CombinedOutput()
	if err == nil || command.ProcessState.ExitCode() != statusMachine || !strings.Contains(string(out), "the database is in use by another process") ||
		!strings.Contains(string(out), "hint: wait until the other process is done, and repeat the command") {
		t.Errorf("while it stays busy: %v\n%s", err, out)
	}
	if got, err := inFolder(folder, "ls", "--db", "x.db", "--format", "csv").Output(); err != nil || strings.Count(string(got), ",finished,") != 3 {
		t.Errorf("reading while it is busy: %v\n%s", err, got)
	}
	other.set(unix.F_UNLCK)
	out, err = inFolder(folder, "run", "busy.yaml", "--db", "x.db").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "2 finished in") {
		t.Errorf("once it is free: %v\n%s", err, out)
	}
}
