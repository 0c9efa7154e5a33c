package download

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// Of many who want the lock one has it at a time, and the last leaves nothing behind.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var group sync.WaitGroup
	var inside sync.Mutex
	for range 20 {
		group.Add(1)
		go func() {
			defer group.Done()
			release, err := Lock(t.Context(), path, func() {})
			if err != nil {
				t.Error(err)
				return
			}
			if !inside.TryLock() {
				t.Error("two have the lock")
				return
			}
			runtime.Gosched()
			inside.Unlock()
			if err := release(); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
	if exists(path) {
		t.Error("the lock file is still there")
	}
}

// Who waits is told so, and can be stopped.
func TestLockThatIsTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, err := Lock(t.Context(), path, func() { t.Error("told to wait for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	if _, err := Lock(ctx, path, stop); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}
