package worker

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"

	"experiment/internal/protocol"
)

// WriteFile writes a file that appears whole or not at all, in the place of one that is there: it is written
// under a temporary name beside it, synced and renamed.
func WriteFile(path string, write func(io.Writer) error) error {
	folder, name := filepath.Split(path)
	file, err := os.CreateTemp(folder, protocol.TemporaryPrefix+name+".*")
	if err != nil {
		return err
	}
	err = errors.Join(fill(file, write), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return syncFolder(folder)
}

// fill writes and syncs a file.
func fill(file *os.File, write func(io.Writer) error) error {
	buffered := bufio.NewWriterSize(file, 256<<10)
	if err := errors.Join(write(buffered), buffered.Flush()); err != nil {
		return err
	}
	return errors.Join(file.Chmod(0o644), file.Sync())
}

// syncFolder makes a rename inside it outlast a loss of power.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}
