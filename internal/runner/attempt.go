package runner

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// begin records that an attempt is under way.
func (s *session) begin(t *trial, device string, worker protocol.Hello) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	log, err := createLog(t.folder)
	if err != nil {
		return &FolderError{s.options.Files, err}
	}
	t.began = time.Now()
	t.attempt = run.Attempt{
		Run:        t.run.Key,
		Status:     run.Running,
		Started:    s.options.Clock().UTC(),
		PID:        worker.PID,
		Host:       s.host,
		Log:        filepath.Join(string(t.run.Key), log),
		Provenance: worker.Provenance,
	}
	t.attempt.Provenance.Device = device
	if t.attempt.Number, err = s.options.Recorder.Begin(s.ctx, t.run, t.attempt); err != nil {
		return err
	}
	s.observing.Lock()
	defer s.observing.Unlock()
	s.options.Observer.Started(t.run, t.attempt)
	return nil
}

// end records how an attempt ended, lets go of its run, and decides whether to go on. An attempt that cannot be
// recorded has failed for everybody, whatever it computed.
func (s *session) end(t *trial) error {
	a := &t.attempt
	a.Ended = a.Started.Add(time.Since(t.began))
	tail := ""
	if a.Status != run.Finished {
		tail = t.tail(s.path(a.Log))
	}
	err := s.options.Recorder.End(s.ctx, *a)
	untidy := tidy(t.folder, err == nil && Done(a.Status))
	var limit error
	s.mu.Lock()
	if err != nil {
		t.lose(err)
	} else if limit = s.policy.ended(a.Status, time.Since(s.began)); s.limit == nil {
		s.limit = limit
	}
	s.count(t)
	s.mu.Unlock()
	s.letGo(t.lock)
	if untidy != nil {
		err = errors.Join(err, &FolderError{s.options.Files, untidy})
	}

	s.observing.Lock()
	s.options.Observer.Ended(t.run, *a, tail)
	s.observing.Unlock()
	if limit != nil {
		s.announce(Graceful, limit)
	}
	return err
}

// split ends the attempts of a group of some size whose worker failed, and has its runs made again in halves. A checkpoint that
// only the whole of it could go on from is of no more use.
func (s *session) split(size int, trials []*trial, why string) error {
	half := (len(trials) + 1) / 2
	runs := make(batch, len(trials))
	var all error
	for i, t := range trials {
		runs[i] = t.run
		a := &t.attempt
		a.Ended = a.Started.Add(time.Since(t.began))
		t.fail(run.Interrupted, fmt.Sprintf("made again with fewer: as one of %d side by side it ended with: %s", size, why))
		all = errors.Join(all, s.options.Recorder.End(s.ctx, *a))
		useless := len(s.options.begun(t.run.Key)) > 0
		if err := errors.Join(t.keepEarly(s.path(a.Log)), tidy(t.folder, useless), t.lock.release()); err != nil {
			all = errors.Join(all, &FolderError{s.options.Files, err})
		}
	}
	s.mu.Lock()
	s.pending = slices.Insert(s.pending, 0, runs[:half])
	if half < len(runs) {
		s.pending = slices.Insert(s.pending, 1, runs[half:])
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	s.observing.Lock()
	defer s.observing.Unlock()
	s.options.Observer.Split(runs, half, why)
	return all
}

// letGo drops the lock of a run that has been recorded, while the slot goes on: a file that is taken away may wait for
// the disk, longer than a short run takes.
func (s *session) letGo(l *lock) {
	s.locks.Add(1)
	go func() {
		defer s.locks.Done()
		if err := l.release(); err != nil {
			s.halt(Now, &FolderError{s.options.Files, err})
		}
	}()
}

func (s *session) count(t *trial) {
	switch t.attempt.Status {
	case run.Finished:
		s.summary.Finished++
		return
	case run.Interrupted:
		s.summary.Interrupted++
		return
	case run.Diverged:
		s.summary.Diverged++
	default:
		s.summary.Failed++
	}
	s.summary.Failures = append(s.summary.Failures, Failure{
		Run: t.run, Status: t.attempt.Status, Kind: t.kind, Reason: t.attempt.Reason, Log: t.attempt.Log,
	})
}
