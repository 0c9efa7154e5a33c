package upkeep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

// ErrEmpty says that a database has no runs: it may be another one than the files belong to.
var ErrEmpty = errors.New("the database has no runs, so nothing proves that files belong to none of them")

// Repair mends the problems that can be: it removes folders of runs that are not recorded and files that are of no use
// any more, and records attempts without a process as interrupted. Each is looked at once more under
// the lock of its run, and told to announce before it is done. What a process has begun to make meanwhile is left, as is
// everything that is not proven to be of no use. It returns what was mended.
func Repair(ctx context.Context, files string, s *store.Store, problems []Problem, announce func(Problem)) ([]Problem, error) {
	holdings, err := s.Holdings(ctx)
	if err != nil {
		return nil, err
	}
	if len(holdings) == 0 {
		return nil, ErrEmpty
	}
	var mended []Problem
	for _, p := range problems {
		if !p.Mendable() {
			continue
		}
		done, err := mend(ctx, files, s, p, announce)
		if err != nil {
			return mended, err
		}
		if done {
			mended = append(mended, p)
		}
	}
	return mended, nil
}

// mend mends one problem under the lock of its run, unless that is held.
func mend(ctx context.Context, files string, s *store.Store, p Problem, announce func(Problem)) (done bool, err error) {
	claim, err := runner.ClaimRun(files, p.Run)
	var held *runner.HeldError
	if errors.As(err, &held) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, claim.Release()) }()
	switch p.Kind {
	case Orphan:
		return removeOrphan(ctx, files, s, claim, p, announce)
	case Leftover:
		return removeLeftover(ctx, files, s, p, announce)
	default:
		announce(p)
		return true, s.MarkInterrupted(ctx, []run.Key{p.Run})
	}
}

// removeOrphan removes the folder of a run that is still not recorded, and holds what runs leave and nothing else.
func removeOrphan(ctx context.Context, files string, s *store.Store, claim *runner.Claim, p Problem, announce func(Problem)) (done bool, err error) {
	if known, err := s.Recorded(ctx, p.Run); err != nil || known {
		return false, err
	}
	inside, err := os.ReadDir(filepath.Join(files, p.Path))
	if err != nil {
		return false, fmt.Errorf("looking at files: %w", err)
	}
	for _, entry := range inside {
		if !runner.RunFile(entry) {
			return false, nil
		}
	}
	announce(p)
	return true, claim.RemoveFiles()
}

// removeLeftover removes a file that is still of no use.
func removeLeftover(ctx context.Context, files string, s *store.Store, p Problem, announce func(Problem)) (done bool, err error) {
	statuses, err := s.Statuses(ctx, []run.Key{p.Run})
	if err != nil {
		return false, err
	}
	path := filepath.Join(files, p.Path)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking at files: %w", err)
	}
	if runner.Leftover(fs.FileInfoToDirEntry(info), runner.Done(statuses[p.Run])) == "" {
		return false, nil
	}
	announce(p)
	return true, os.Remove(path)
}
