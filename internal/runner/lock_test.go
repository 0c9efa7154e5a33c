package runner

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"experiment/internal/run"
)

func TestLock(t *testing.T) {
	folder := t.TempDir()
	files, key := filepath.Dir(folder), run.Key(filepath.Base(folder))
	first, _, err := acquire(folder, "here")
	if err != nil || first == nil {
		t.Fatal(err)
	}
	if second, owner, err := acquire(folder, "there"); second != nil || err != nil || !strings.HasSuffix(owner, " on here") {
		t.Errorf("a second lock: owner %q, error %v", owner, err)
	}
	if owner, held, err := Held(files, key); !held || err != nil || !strings.HasSuffix(owner, " on here") {
		t.Errorf("held %t by %q: %v", held, owner, err)
	}
	if err := first.release(); err != nil {
		t.Fatal(err)
	}
	if _, held, err := Held(files, key); held || err != nil {
		t.Errorf("held after release: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, lockName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	// What a process that was killed leaves locks nobody out.
	if err := os.WriteFile(filepath.Join(folder, lockName), []byte("process 1 on elsewhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, held, err := Held(files, key); held || err != nil {
		t.Errorf("a left file counts as held: %v", err)
	}
	again, _, err := acquire(folder, "here")
	if err != nil || again == nil {
		t.Fatalf("a left file keeps out: %v", err)
	}
	if err := again.release(); err != nil {
		t.Error(err)
	}
}

// leaveLock leaves the file of a lock that nobody holds, as a process does that was killed.
func leaveLock(t *testing.T, folder string) (path string) {
	t.Helper()
	path = filepath.Join(folder, lockName)
	if err := os.WriteFile(path, []byte("process 1 on elsewhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Processes that look all the time, as ls does in a loop, keep nobody from taking a lock.
func TestLookingKeepsNobodyOut(t *testing.T) {
	folder := t.TempDir()
	files, key := filepath.Dir(folder), run.Key(filepath.Base(folder))
	done := make(chan struct{})
	var lookers sync.WaitGroup
	defer lookers.Wait()
	defer close(done)
	for range 2 {
		lookers.Add(1)
		go func() {
			defer lookers.Done()
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, _, err := Held(files, key); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	for i := range 500 {
		leaveLock(t, folder)
		held, owner, err := acquire(folder, "here")
		if err != nil || held == nil {
			t.Fatalf("time %d: kept out by %q, error %v", i, owner, err)
		}
		if err := held.release(); err != nil {
			t.Fatal(err)
		}
	}
}

// Who looks and is stopped meanwhile, as by Ctrl-Z, is not waited for without end.
func TestStoppedLookerIsNotWaitedForWithoutEnd(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	looker, err := os.Open(leaveLock(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	defer looker.Close()
	if err := syscall.Flock(int(looker.Fd()), syscall.LOCK_SH); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if held, _, err := acquire(folder, "here"); held != nil || err != nil {
		t.Errorf("it was locked, error %v", err)
	}
	if waited := time.Since(began); waited < lookersTime {
		t.Errorf("it waited %v only", waited)
	}
}
