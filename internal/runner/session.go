package runner

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"time"

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
	pending  []batch    // in the order of starting
	deferred []batch    // found to be made elsewhere; tried once more at the end
	last     bool       // pending is what was deferred
	policy   policy
	summary  Summary
	fault    error // the first that ended everything
	limit    error // of the policy
	groups   int   // of several runs under way, which may leave some to be made again

	changed *sync.Cond // of mu: there may be runs to make, or none any more

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
	if !s.stop.has(level) {
		s.stop.Stop(level, nil)
		s.options.Observer.Stopping(level, why)
	}
	s.observing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed.Broadcast()
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

// upcoming returns the command of the worker that the next run needs, nil where there is no run to make. It waits for
// groups under way, whose runs may be made again.
func (s *session) upcoming() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.stop.has(Graceful):
			return nil
		case len(s.pending) > 0:
			return s.options.command(s.pending[0][0])
		case len(s.deferred) > 0:
			return s.options.command(s.deferred[0][0])
		case s.groups == 0:
			return nil
		}
		s.changed.Wait()
	}
}

// ended says that a group of several runs is no longer under way.
func (s *session) ended() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups--
	s.changed.Broadcast()
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
