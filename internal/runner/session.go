package runner

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// session is what the slots of one call of Run share.
type session struct {
	options  Options
	ctx      context.Context // for recording: it outlasts that of Run
	host     string
	began    time.Time
	stop     *Stopper // all reasons to stop lead here
	launcher *launcher

	mu       sync.Mutex // guards what follows, and the beginning of attempts
	pending  []run.Run  // in the order of starting
	deferred []run.Run  // found to be made elsewhere; tried once more at the end
	last     bool       // pending is what was deferred
	policy   policy
	summary  Summary
	fault    error // the first that ended everything
	limit    error // of the policy

	observing sync.Mutex     // guards the observer
	locks     sync.WaitGroup // that are being dropped
}

// watch passes on what the user and the context say about stopping, until finish is called.
func (s *session) watch(ctx context.Context) (finish func()) {
	done := make(chan struct{})
	var watchers sync.WaitGroup
	relay := func(reached <-chan struct{}, level Level, why func() error) {
		watchers.Add(1)
		go func() {
			defer watchers.Done()
			select {
			case <-done:
			case <-reached:
				s.announce(level, why())
			}
		}()
	}
	relay(ctx.Done(), Now, ctx.Err)
	if user := s.options.Stop; user != nil {
		for level := Graceful; level <= Kill; level++ {
			relay(user.Reached(level), level, func() error { return &Stopped{user.Signal()} })
		}
	}
	return func() {
		close(done)
		watchers.Wait()
		if s.fault == nil && ctx.Err() != nil {
			s.fault = fmt.Errorf("making runs: %w", ctx.Err())
		}
	}
}

// announce stops at a level, and says so where that is news.
func (s *session) announce(level Level, why error) {
	s.observing.Lock()
	defer s.observing.Unlock()
	if !s.stop.has(level) {
		s.stop.Stop(level, nil)
		s.options.Observer.Stopping(level, why)
	}
}

// halt stops everything for an error of the machine.
func (s *session) halt(level Level, fault error) {
	s.mu.Lock()
	if s.fault == nil {
		s.fault = fault
	}
	s.mu.Unlock()
	s.announce(level, fault)
}

// verdict is the error of Run.
func (s *session) verdict() error {
	user := s.options.Stop
	switch {
	case s.fault != nil:
		return s.fault
	case user != nil && user.has(Graceful) && s.summary.Left+s.summary.Interrupted > 0:
		return &Stopped{user.Signal()}
	case s.summary.Left > 0:
		return s.limit
	}
	return nil
}

// upcoming returns the command of the worker that the next run needs, nil where there is no run to make.
func (s *session) upcoming() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stop.has(Graceful):
	case len(s.pending) > 0:
		return s.options.command(s.pending[0])
	case len(s.deferred) > 0:
		return s.options.command(s.deferred[0])
	}
	return nil
}

// next begins the attempt of the next run for the worker of a command, nil where there is none or it needs
// another worker.
func (s *session) next(device string, command []string, worker protocol.Hello) (*trial, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.stop.has(Graceful) {
		if len(s.pending) == 0 {
			if s.last || len(s.deferred) == 0 {
				return nil, nil
			}
			s.pending, s.deferred, s.last = s.deferred, nil, true
		}
		r := s.pending[0]
		if !slices.Equal(s.options.command(r), command) {
			return nil, nil
		}
		s.pending = s.pending[1:]
		t, err := s.claim(r)
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		if err := s.begin(t, device, worker); err != nil {
			return nil, errors.Join(err, t.lock.release())
		}
		return t, nil
	}
	return nil, nil
}

// claim takes the lock of a run, nil where it is not to be made now.
func (s *session) claim(r run.Run) (*trial, error) {
	folder := filepath.Join(s.options.Files, string(r.Key))
	held, owner, err := acquire(folder, s.host)
	if err != nil {
		return nil, &FolderError{s.options.Files, err}
	}
	if held == nil && !s.last {
		s.deferred = append(s.deferred, r)
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

// begin records that an attempt is under way.
func (s *session) begin(t *trial, device string, worker protocol.Hello) error {
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

// path returns where a file relative to the folder of artefacts is.
func (s *session) path(relative string) string { return filepath.Join(s.options.Files, relative) }

// stopReason says why attempts under way are interrupted.
func (s *session) stopReason() string {
	if user := s.options.Stop; user != nil && user.has(Now) {
		return (&Stopped{user.Signal()}).Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault != nil {
		return fmt.Sprintf("stopped: %v", s.fault)
	}
	return "stopped"
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

func (s *session) skip(r run.Run, why string) {
	s.observing.Lock()
	defer s.observing.Unlock()
	s.options.Observer.Skipped(r, why)
}

func (s *session) resumed(r run.Run, epoch int) {
	s.observing.Lock()
	defer s.observing.Unlock()
	s.options.Observer.Resumed(r, epoch)
}

func (s *session) epoch(r run.Run, e run.Epoch) {
	s.observing.Lock()
	defer s.observing.Unlock()
	s.options.Observer.Epoch(r, e)
}
