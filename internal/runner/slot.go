package runner

import (
	"errors"
	"fmt"
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
		trials, err := s.session.next(command)
		if err != nil {
			return err
		}
		if len(trials) == 0 {
			continue
		}
		if err := s.make(trials); err != nil {
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

// make lets the worker make runs side by side, and records what becomes of each. Its error is one of the machine.
func (s *slot) make(trials []*trial) error {
	if len(trials) > 1 {
		defer s.session.ended()
	}
	for i, t := range trials {
		if err := s.session.begin(t, s.device, s.worker.hello); err != nil {
			return errors.Join(err, release(trials[i:]), s.lose(trials[:i], err))
		}
	}
	f := &following{
		session: s.session, worker: s.worker, trials: trials, open: slices.Clone(trials),
		replicas: s.session.options.replicas(trials[0].run.Key, len(trials)),
	}
	fault := f.follow(s.job(trials))
	if f.spoilt || fault != nil {
		fault = errors.Join(fault, s.worker.abandon())
		s.worker = nil
	}
	return errors.Join(fault, s.lose(f.open, fault), f.conclude())
}

// job returns what the worker is asked for.
func (s *slot) job(trials []*trial) protocol.Job {
	o := &s.session.options
	job := protocol.Job{DataDir: o.DataDir, Device: s.visible, CheckpointEvery: o.CheckpointEvery, Graph: o.Graph}
	for _, t := range trials {
		job.Tasks = append(job.Tasks, protocol.Task{
			Key: t.run.Key, Config: t.run.Config, Folder: t.folder, Log: s.session.path(t.attempt.Log), Checkpoint: t.checkpoint(),
		})
	}
	return job
}

// lose records that attempts were lost for an error of the machine.
func (s *slot) lose(trials []*trial, why error) error {
	var all error
	for _, t := range trials {
		t.fail(run.Failed, fmt.Sprintf("lost: %v", why))
		all = errors.Join(all, s.session.end(t))
	}
	return all
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
