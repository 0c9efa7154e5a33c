package runner

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// startsAtMost bounds how often a worker is started that Ctrl-C hits before it ignores that.
const startsAtMost = 3

// slot makes runs one after another, on one device, with one worker that it replaces when need be.
type slot struct {
	session *session
	device  string   // as the user counts devices
	visible string   // as the worker does
	worker  *process // nil where there is none
	command []string // that started the worker
}

// serve makes runs until there are no more, or a stop. Its error is one of the machine.
func (s *slot) serve() (err error) {
	defer func() { err = errors.Join(err, s.dismiss()) }()
	for {
		command := s.session.upcoming()
		if command == nil {
			return nil
		}
		if err := s.ready(command); err != nil || s.worker == nil {
			return err
		}
		t, err := s.session.next(s.device, command, s.worker.hello)
		if err != nil {
			return err
		}
		if t == nil {
			continue
		}
		fault := s.make(t)
		if err := errors.Join(fault, s.session.end(t)); err != nil {
			return err
		}
	}
}

// ready sees to it that there is a worker of a command. There is none where everything was stopped meanwhile.
func (s *slot) ready(command []string) error {
	if s.worker != nil && s.worker.idle() && slices.Equal(command, s.command) {
		return nil
	}
	if err := s.dismiss(); err != nil {
		return err
	}
	o := &s.session.options
	env, visible, err := environment(o.Env, o.Threads, s.device)
	if err != nil {
		return err
	}
	s.visible, s.command = visible, command
	for start := 1; ; start++ {
		worker, err := startProcess(s.session.launcher, command, env)
		if err != nil {
			return err
		}
		why := worker.greet(s.session.stop.Reached(Now))
		if why == nil {
			s.worker = worker
			return nil
		}
		if err := worker.abandon(); err != nil {
			return err
		}
		if s.session.stop.has(Now) {
			return nil
		}
		if !worker.interruptedEarly() || start == startsAtMost {
			return &StartError{Command: command, Output: worker.early.String(), Err: why}
		}
	}
}

// make lets the worker make a run, and fills in what became of it. Its error is one of the machine.
func (s *slot) make(t *trial) error {
	job := protocol.Job{
		Key: t.run.Key, Config: t.run.Config, Folder: t.folder, Log: s.session.path(t.attempt.Log),
		DataDir: s.session.options.DataDir, Device: s.visible,
		Checkpoint: filepath.Join(t.folder, checkpointName), CheckpointEvery: s.session.options.CheckpointEvery,
	}
	f := &following{session: s.session, worker: s.worker, trial: t}
	fault := f.follow(job)
	if !f.keep {
		fault = errors.Join(fault, s.worker.abandon())
		s.worker = nil
	}
	if t.kind == protocol.NoSpace {
		full := &FolderError{s.session.options.Files, errors.New(t.attempt.Reason)}
		return errors.Join(full, fault)
	}
	if fault != nil && t.attempt.Status == run.Running {
		t.fail(run.Failed, fmt.Sprintf("lost: %v", fault))
	}
	return fault
}

// dismiss ends the worker, if there is one.
func (s *slot) dismiss() error {
	worker := s.worker
	if worker == nil {
		return nil
	}
	s.worker = nil
	return worker.end()
}
