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
	"time"

	"experiment/internal/run"
)

// triesAtMost bounds how often a folder that is removed meanwhile is made again.
const triesAtMost = 100

// Who looks shares a lock for microseconds; lookersTime bounds how long one that was stopped meanwhile is waited for.
const (
	lookersPause = time.Millisecond
	lookersTime  = time.Second
)

// lock is held by the process that makes a run. The kernel drops it when that process ends, however it
// does. What is written in the file is for people only.
//
// Who makes a run, or changes its files, holds the lock exclusively; who looks whether somebody does shares it for a
// moment. Who is kept out tries to share it in turn: that fails where there is an owner, and only then. So who looks is
// told from an owner, whatever the file says, and waited for.
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
		free, err := lockExclusively(file)
		if err != nil {
			return nil, "", errors.Join(fmt.Errorf("locking %s: %w", path, err), file.Close())
		}
		if !free {
			owner, err := readOwner(file)
			return nil, owner, errors.Join(err, file.Close())
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

// lockExclusively takes the lock of a file, unless it has an owner. It waits for those who look.
func lockExclusively(file *os.File) (taken bool, err error) {
	for began := time.Now(); ; time.Sleep(lookersPause) {
		if taken, err = flock(file, syscall.LOCK_EX); taken || err != nil {
			return taken, err
		}
		shared, err := flock(file, syscall.LOCK_SH)
		if !shared || err != nil || time.Since(began) > lookersTime {
			return false, err
		}
		// To share it for longer would keep out others who wait as this does.
		if _, err := flock(file, syscall.LOCK_UN); err != nil {
			return false, err
		}
	}
}

// flock locks or unlocks a file, and says whether it could without waiting.
func flock(file *os.File, how int) (done bool, err error) {
	err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
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

// Held says whether a process is making a run now, and which. Looking keeps nobody from making the run.
func Held(files string, key run.Key) (owner string, held bool, err error) {
	file, err := os.Open(filepath.Join(files, string(key), lockName))
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("looking at the lock of run %s: %w", key.Short(), err)
	}
	defer file.Close()
	free, err := flock(file, syscall.LOCK_SH)
	if err == nil && !free {
		owner, err = readOwner(file)
	}
	if err != nil {
		return "", false, fmt.Errorf("looking at the lock of run %s: %w", key.Short(), err)
	}
	return owner, !free, nil
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
