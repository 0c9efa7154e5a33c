package setup

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"syscall"
	"time"
)

// lock takes the lock file, waiting for another set-up of the same clone to end. The kernel drops it with the process.
func lock(ctx context.Context, name string, log *log.Logger) (release func(), err error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("locking the set-up: %w", err)
	}
	release = func() { file.Close() } // which drops the lock
	for told := false; ; told = true {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return release, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			release()
			return nil, fmt.Errorf("locking the set-up: %w", err)
		}
		if !told {
			log.Print("waiting for another set-up of this clone")
		}
		select {
		case <-ctx.Done():
			release()
			return nil, fmt.Errorf("waiting for another set-up: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}
