package runner

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Level says how urgently the runner stops.
type Level int

// The levels, each above the one before.
const (
	Graceful Level = iota // nothing new is started; runs under way end
	Now                   // workers are told to stop, and killed if they do not
	Kill                  // workers are killed
)

// Stopper stops the runner. A level once reached stays so.
type Stopper struct {
	mu      sync.Mutex
	next    Level // the lowest that is not reached
	signal  os.Signal
	reached [Kill + 1]chan struct{}
}

// NewStopper returns a Stopper that has reached no level.
func NewStopper() *Stopper {
	s := &Stopper{}
	for level := range s.reached {
		s.reached[level] = make(chan struct{})
	}
	return s
}

// Stop reaches a level and those below it. The signal, which may be nil, is why; that of the highest level
// is kept.
func (s *Stopper) Stop(level Level, signal os.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if level < s.next {
		return
	}
	s.signal = signal
	for ; s.next <= min(level, Kill); s.next++ {
		close(s.reached[s.next])
	}
}

// Reached returns a channel that is closed once the level is reached.
func (s *Stopper) Reached(level Level) <-chan struct{} { return s.reached[level] }

// Signal returns what reached the highest level, nil where no signal did.
func (s *Stopper) Signal() os.Signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signal
}

func (s *Stopper) has(level Level) bool {
	select {
	case <-s.reached[level]:
		return true
	default:
		return false
	}
}

// raise reaches the next level.
func (s *Stopper) raise(signal os.Signal) {
	s.mu.Lock()
	level := s.next
	s.mu.Unlock()
	s.Stop(level, signal)
}

// NotifySignals lets signals stop the runner: every SIGINT reaches the next level, SIGTERM and SIGHUP
// reach Now. What the process was started to ignore, as by nohup, stays ignored. After Kill, signals do
// what they do by default. The function it returns ends this.
func NotifySignals(s *Stopper) (end func()) {
	var wanted []os.Signal
	for _, each := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(each) {
			wanted = append(wanted, each)
		}
	}
	if len(wanted) == 0 { // Notify without signals would mean all of them
		return func() {}
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, wanted...)
	done := make(chan struct{})
	go func() {
		defer signal.Stop(signals)
		for {
			select {
			case <-done:
				return
			case <-s.Reached(Kill):
				return
			case received := <-signals:
				if received == syscall.SIGINT {
					s.raise(received)
				} else {
					s.Stop(Now, received)
				}
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}
