package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"experiment/internal/run"
)

// HeldError says that a process is making a run.
type HeldError struct {
	Run   run.Key
	Owner string
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("run %s is being made by %s", e.Run.Short(), e.Owner)
}

// Claim keeps a run from being made for as long as its files are looked after. It is to be released.
type Claim struct {
	folder string
	lock   *lock
}

// ClaimRun takes the lock of a run, whose folder is made where there is none. Where a process is making the run the
// error is a *HeldError, where the folder cannot be written a *FolderError.
func ClaimRun(files string, key run.Key) (*Claim, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("finding the name of this host: %w", err)
	}
	folder := filepath.Join(files, string(key))
	held, owner, err := acquire(folder, host)
	switch {
	case err != nil:
		return nil, &FolderError{files, err}
	case held == nil:
		return nil, &HeldError{key, owner}
	}
	return &Claim{folder, held}, nil
}

// Release lets go of the run. A folder that has nothing in it is taken away. The error is a *FolderError.
func (c *Claim) Release() error {
	err := c.lock.release()
	if err == nil {
		err = removeEmpty(c.folder)
	}
	if err != nil {
		return &FolderError{c.folder, err}
	}
	return nil
}

// RemoveFiles removes the files of the run, the lock last: nobody makes the run before they are gone.
func (c *Claim) RemoveFiles() error {
	entries, err := os.ReadDir(c.folder)
	if err != nil {
		return &FolderError{c.folder, err}
	}
	for _, entry := range entries {
		if entry.Name() == lockName {
			continue
		}
		if err := os.RemoveAll(filepath.Join(c.folder, entry.Name())); err != nil {
			return &FolderError{c.folder, err}
		}
	}
	return nil
}

// Usage counts the files of the run, without the lock, and their bytes.
func (c *Claim) Usage() (files int, bytes int64, err error) {
	err = filepath.WalkDir(c.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path == filepath.Join(c.folder, lockName) {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		files, bytes = files+1, bytes+info.Size()
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("counting the files of a run: %w", err)
	}
	return files, bytes, nil
}

// removeEmpty removes a folder unless something is in it, or it is gone.
func removeEmpty(folder string) error {
	err := os.Remove(folder)
	if errors.Is(err, syscall.ENOTEMPTY) || errors.Is(err, syscall.EEXIST) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
