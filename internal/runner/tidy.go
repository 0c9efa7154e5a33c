package runner

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"experiment/internal/run"
)

// tidy removes from the folder of a run what is of no use any more. The caller holds the lock of the run, whose worker
// is idle or gone. Where the run is done that has been recorded; a recorder may bring it to the disk a little later, and
// a power cut in between has the run made again from the start.
func tidy(folder string, done bool) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if Leftover(entry, done) == "" {
			continue
		}
		if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Tidy removes what processes left in the folders of finished runs that were killed between recording a run
// and putting away what it needed. Their locks, which would have gone last, show where that is. Whether a run is finished
// is asked once more under its lock: it may have been removed meanwhile, and be under way anew.
func Tidy(ctx context.Context, files string, keys []run.Key, recorder Recorder) error {
	for _, key := range keys {
		if _, err := os.Lstat(filepath.Join(files, string(key), lockName)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		claim, err := ClaimRun(files, key)
		var held *HeldError
		if errors.As(err, &held) {
			continue
		}
		if err != nil {
			return err
		}
		if err := errors.Join(tidyFinished(ctx, claim, key, recorder), claim.Release()); err != nil {
			return err
		}
	}
	return nil
}

// tidyFinished tidies the folder of a run that is claimed, where the run is finished.
func tidyFinished(ctx context.Context, claim *Claim, key run.Key, recorder Recorder) error {
	finished, err := recorder.Finished(ctx, key)
	if err != nil || !finished {
		return err
	}
	if err := tidy(claim.folder, true); err != nil {
		return &FolderError{claim.folder, err}
	}
	return nil
}
