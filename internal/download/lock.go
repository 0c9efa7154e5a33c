package download

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// lockEvery is how often a lock that another process has is asked for.
const lockEvery = 100 * time.Millisecond

// Lock takes a lock file, and waits where another process has it, which waiting is told once. The kernel drops the lock with the
// process; releasing it removes the file.
func Lock(ctx context.Context, path string, waiting func()) (release func() error, err error) {
	for told := false; ; {
		file, taken, err := tryLock(path)
		if err != nil {
			return nil, fmt.Errorf("locking %s: %w", path, err)
		}
		if taken {
			return func() error { return unlock(file) }, nil
		}
		if !told {
			waiting()
			told = true
		}
		if err := sleep(ctx, lockEvery); err != nil {
			return nil, fmt.Errorf("waiting for %s: %w", path, err)
		}
	}
}

// tryLock takes the lock where no other process has it.
func tryLock(path string) (held *os.File, taken bool, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, false, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		taken, err = isAt(file, path) // who had it before may have removed the file
	}
	if taken {
		return file, true, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		err = nil
	}
	return nil, false, errors.Join(err, file.Close())
}

// unlock removes the file before it drops the lock: who opened it meanwhile sees that it is gone.
func unlock(file *os.File) error {
	err := os.Remove(file.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, file.Close())
}

// isAt says whether the open file still has the path.
func isAt(file *os.File, path string) (bool, error) {
	opened, err := file.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(opened, named), err
}
