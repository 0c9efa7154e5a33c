package runner

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"experiment/internal/run"
)

// next claims the next runs for a worker of a command, none where there is none or it needs another worker.
func (s *session) next(command []string) ([]*trial, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.stop.has(Graceful) {
		if len(s.pending) == 0 {
			if s.last || len(s.deferred) == 0 {
				return nil, nil
			}
			s.pending, s.deferred, s.last = s.deferred, nil, true
		}
		first := s.pending[0]
		if !slices.Equal(s.options.command(first[0]), command) {
			return nil, nil
		}
		s.pending = s.pending[1:]
		trials, err := s.claimAll(first)
		if len(trials) > 1 {
			s.groups++
		}
		if err != nil || len(trials) > 0 {
			return trials, err
		}
	}
	return nil, nil
}

// claimAll claims those runs of a batch that are to be made now, side by side.
func (s *session) claimAll(b batch) ([]*trial, error) {
	var trials []*trial
	for _, r := range b {
		t, err := s.claim(r)
		if err != nil {
			return nil, errors.Join(err, release(trials))
		}
		if t != nil {
			trials = append(trials, t)
		}
	}
	return s.fromOnePlace(trials)
}

// fromOnePlace puts those runs back that go on from another place than the first.
func (s *session) fromOnePlace(trials []*trial) ([]*trial, error) {
	if len(trials) < 2 {
		return trials, nil
	}
	var together, apart []*trial
	var later batch
	place := s.options.Place(trials[0].checkpoint())
	for _, t := range trials {
		if s.options.Place(t.checkpoint()) == place {
			together = append(together, t)
		} else {
			apart, later = append(apart, t), append(later, t.run)
		}
	}
	if len(apart) == 0 {
		return together, nil
	}
	s.pending = slices.Insert(s.pending, 0, later)
	s.changed.Broadcast()
	if err := release(apart); err != nil {
		return nil, errors.Join(&FolderError{s.options.Files, err}, release(together))
	}
	return together, nil
}

// release lets go of runs that are not made now.
func release(trials []*trial) error {
	var all error
	for _, t := range trials {
		all = errors.Join(all, t.lock.release())
	}
	return all
}

// claim takes the lock of a run, nil where it is not to be made now.
func (s *session) claim(r run.Run) (*trial, error) {
	folder := filepath.Join(s.options.Files, string(r.Key))
	held, owner, err := acquire(folder, s.host)
	if err != nil {
		return nil, &FolderError{s.options.Files, err}
	}
	if held == nil && !s.last {
		s.deferred = append(s.deferred, batch{r})
		return nil, nil
	}
	if held == nil {
		s.summary.Elsewhere++
		s.skip(r, owner+" is making it")
		return nil, nil
	}
	finished, err := s.options.Recorder.Finished(s.ctx, r.Key)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("asking whether run %s is finished: %w", r.Key.Short(), err), held.release())
	}
	if finished {
		s.summary.Already++
		s.skip(r, "it has been finished meanwhile")
		return nil, held.release()
	}
	if err := tidy(folder, false); err != nil {
		return nil, errors.Join(&FolderError{s.options.Files, err}, held.release())
	}
	return &trial{run: r, lock: held, folder: folder}, nil
}
