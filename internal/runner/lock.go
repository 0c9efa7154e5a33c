package runner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"experiment/internal/run"
)

// triesAtMost bounds how often a folder that is removed meanwhile is made again.
const triesAtMost = 100

// lock is held by the process that makes a run. The kernel drops it when that process ends, however it
// does. What is written in the file is for people only.
type lock struct {
	file *os.File
}

// acquire takes the lock of a run, and makes its folder where there is none. Where another process has it, lock
// is nil and owner says who.
func acquire(folder, host string) (held *lock, owner string, err error) {
	path := filepath.Join(folder, lockName)
	for try := 1; ; try++ {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if errors.Is(err, fs.ErrNotExist) && try < triesAtMost {
			// It is the first time, or who removed the run has just removed its folder.
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return nil, "", err
			}
			continue
		}
		if err != nil {
			return nil, "", err
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			owner, err := readOwner(file)
			return nil, owner, errors.Join(err, file.Close())
		}
		if err != nil {
			return nil, "", errors.Join(fmt.Errorf("locking %s: %w", path, err), file.Close())
		}
		same, err := stillAt(path, file)
		if err != nil {
			return nil, "", errors.Join(err, file.Close())
		}
		if !same { // who had it before removed it
			if err := file.Close(); err != nil {
				return nil, "", err
			}
			continue
		}
		if err := writeOwner(file, host); err != nil {
			return nil, "", errors.Join(err, file.Close())
		}
		return &lock{file}, "", nil
	}
}

// release removes the file and drops the lock, in this order: who opened the file meanwhile sees that it
// is gone.
func (l *lock) release() error {
	err := os.Remove(l.file.Name())
	if errors.Is(err, fs.ErrNotExist) { // the whole folder was
		err = nil
	}
	return errors.Join(err, l.file.Close())
}

// Held says whether a process is making a run now, and which. It looks without keeping others out for
// longer than that takes.
func Held(files string, key run.Key) (owner string, held bool, err error) {
	file, err := os.Open(filepath.Join(files, string(key), lockName))
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("looking at the lock of run %s: %w", key.Short(), err)
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if err == nil {
		return "", false, nil
	}
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return "", false, fmt.Errorf("looking at the lock of run %s: %w", key.Short(), err)
	}
	owner, err = readOwner(file)
	if err != nil {
		return "", false, fmt.Errorf("looking at the lock of run %s: %w", key.Short(), err)
	}
	return owner, true, nil
}

// stillAt says whether path names the open file.
func stillAt(path string, file *os.File) (bool, error) {
	opened, err := file.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return os.SameFile(opened, named), nil
}

func writeOwner(file *os.File, host string) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := fmt.Fprintf(file, "process %d on %s\n", os.Getpid(), host)
	return err
}

// readOwner returns what the owner wrote; it may not have come to it.
func readOwner(file *os.File) (string, error) {
	content, err := io.ReadAll(io.LimitReader(file, 512))
	if err != nil {
		return "", err
	}
	if owner := strings.TrimSpace(printable(string(content))); owner != "" {
		return owner, nil
	}
	return "another process", nil
}
