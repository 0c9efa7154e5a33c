package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// checkpointName is the file in the folder of a run that it goes on from when its process is gone.
const checkpointName = "checkpoint"

// tidy removes from the folder of a run what was not written to its end and, where the run is done, its
// checkpoint. The caller holds the lock of the run, whose worker is idle or gone.
func tidy(folder string, done bool) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, protocol.TemporaryPrefix) && (name != checkpointName || !done) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// concluded says whether an attempt that ended so leaves nothing to go on from.
func concluded(status run.Status) bool { return status == run.Finished || status == run.Diverged }

// Tidy removes what processes left in the folders of finished runs that were killed between recording a run
// and putting away what it needed. Their locks, which would have gone last, show where that is.
func Tidy(files string, finished []run.Key) error {
	for _, key := range finished {
		folder := filepath.Join(files, string(key))
		if _, err := os.Lstat(filepath.Join(folder, lockName)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		host, err := os.Hostname()
		if err != nil {
			return fmt.Errorf("finding the name of this host: %w", err)
		}
		held, _, err := acquire(folder, host)
		if err == nil && held != nil {
			err = errors.Join(tidy(folder, true), held.release())
		}
		if err != nil {
			return &FolderError{files, err}
		}
	}
	return nil
}
