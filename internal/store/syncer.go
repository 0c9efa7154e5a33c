package store

import (
	"errors"
	"os"
	"sync"
	"time"
)

// syncEvery is how long what was written may wait for the disk. In between, thousands of short runs do not wait for it
// one by one.
const syncEvery = 100 * time.Millisecond

// syncer makes what was written to a file survive a power cut, soon after it was asked to.
type syncer struct {
	file   *os.File
	wanted chan struct{} // has one element where a sync is asked for
	closed chan struct{}
	ended  chan struct{}

	mu  sync.Mutex
	err error // the first; it stays
}

func newSyncer(file *os.File) *syncer {
	s := &syncer{file: file, wanted: make(chan struct{}, 1), closed: make(chan struct{}), ended: make(chan struct{})}
	go s.serve()
	return s
}

func (s *syncer) serve() {
	defer close(s.ended)
	for {
		select {
		case <-s.wanted:
		case <-s.closed:
			return
		}
		pause := time.NewTimer(syncEvery)
		select {
		case <-pause.C:
		case <-s.closed: // close syncs
			pause.Stop()
			return
		}
		s.note(syncData(s.file))
	}
}

// soon asks for a sync and returns what went wrong with an earlier one.
func (s *syncer) soon() error {
	select {
	case s.wanted <- struct{}{}:
	default:
	}
	return s.failure()
}

// now syncs.
func (s *syncer) now() error {
	s.note(syncData(s.file))
	return s.failure()
}

// close syncs and closes the file.
func (s *syncer) close() error {
	close(s.closed)
	<-s.ended
	return errors.Join(s.now(), s.file.Close())
}

// note keeps the first error: what the kernel could not write once, it forgets.
func (s *syncer) note(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}

func (s *syncer) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
