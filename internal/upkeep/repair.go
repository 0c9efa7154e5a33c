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

// Repairer mends what is wrong with the files of a database.
type Repairer struct {
	Files      string // the folder
	Store      *store.Store
	Unrecorded bool          // also what is Unrecorded: results are lost
	Announce   func(Problem) // is told of each thing before it is done
}

// Repair mends the problems that can be: it removes folders of runs that are not recorded and files that are of no use
// any more, and records attempts without a process as interrupted. Each is looked at once more under the lock of its
// run. What a process has begun to make meanwhile is left, as is everything that is not proven to be of no use. It
// returns what was mended.
func (r Repairer) Repair(ctx context.Context, problems []Problem) ([]Problem, error) {
	holdings, err := r.Store.Holdings(ctx)
	if err != nil {
		return nil, err
	}
	if len(holdings) == 0 {
		return nil, ErrEmpty
	}
	var mended []Problem
	for _, p := range problems {
		if !p.Mendable() || p.Kind == Unrecorded && !r.Unrecorded {
			continue
		}
		done, err := r.mend(ctx, p)
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
func (r Repairer) mend(ctx context.Context, p Problem) (done bool, err error) {
	claim, err := runner.ClaimRun(r.Files, p.Run)
	var held *runner.HeldError
	if errors.As(err, &held) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, claim.Release()) }()
	switch p.Kind {
	case Orphan, Unrecorded:
		return r.removeOrphan(ctx, claim, p)
	case Leftover:
		return r.removeLeftover(ctx, p)
	default:
		r.Announce(p)
		return true, r.Store.MarkInterrupted(ctx, []run.Key{p.Run})
	}
}

// removeOrphan removes the folder of a run that is still not recorded, and holds what runs leave and nothing else. One that
// was found without results is left where it has some now.
func (r Repairer) removeOrphan(ctx context.Context, claim *runner.Claim, p Problem) (done bool, err error) {
	if known, err := r.Store.Recorded(ctx, p.Run); err != nil || known {
		return false, err
	}
	inside, err := os.ReadDir(filepath.Join(r.Files, p.Path))
	if err != nil {
		return false, fmt.Errorf("looking at files: %w", err)
	}
	for _, entry := range inside {
		if !runner.RunFile(entry) || p.Kind == Orphan && runner.Precious(entry) {
			return false, nil
		}
	}
	r.Announce(p)
	return true, claim.RemoveFiles()
}

// removeLeftover removes a file that is still of no use.
func (r Repairer) removeLeftover(ctx context.Context, p Problem) (done bool, err error) {
	statuses, err := r.Store.Statuses(ctx, []run.Key{p.Run})
	if err != nil {
		return false, err
	}
	path := filepath.Join(r.Files, p.Path)
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
	r.Announce(p)
	return true, os.Remove(path)
}
