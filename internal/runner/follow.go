package runner

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// graceTime is for a worker that was told to stop, where the options do not say.
const graceTime = 10 * time.Second

// following is the course of runs that a worker makes side by side.
type following struct {
	session  *session
	worker   *process
	trials   []*trial // all of them
	replicas int      // that the worker computes, with those of a group that are not made any more
	open     []*trial // that have not ended
	broken   []*trial // that ended with the worker, or so that it cannot be used any more; not yet recorded
	spoilt   bool     // the worker cannot be given another job
	fault    string   // what they broke by, where that was not a stop

	// Why the worker was told to end, where it was.
	status run.Status
	reason string
}

// follow gives the worker a job, fills in what becomes of the runs, and records those that leave the worker in
// order. Its error is one of the machine.
func (f *following) follow(job protocol.Job) error {
	if err := f.worker.jobs.Write(job); err != nil {
		// Either it has ended, which its messages say, or it will be made to.
		if _, err := f.worker.awaitExit(); err != nil {
			return err
		}
	}
	var timeout, grace <-chan time.Time
	limit := f.session.options.Timeout * time.Duration(f.replicas)
	if limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		timeout = timer.C
	}
	now, kill := f.session.stop.Reached(Now), f.session.stop.Reached(Kill)
	for len(f.open) > 0 {
		var err error
		select {
		case next := <-f.worker.incoming:
			err = f.take(next)
		case <-timeout:
			err = f.order(run.Failed, "timed out after "+FormatDuration(limit), syscall.SIGKILL)
		case <-now:
			now = nil
			err = f.order(run.Interrupted, f.session.stopReason(), syscall.SIGTERM)
			timer := time.NewTimer(f.session.options.Grace)
			defer timer.Stop()
			grace = timer.C
		case <-grace:
			err = f.order(run.Interrupted, "", syscall.SIGKILL)
		case <-kill:
			kill = nil
			err = f.order(run.Interrupted, f.session.stopReason(), syscall.SIGKILL)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// order tells the worker to end. Only the first reason counts.
func (f *following) order(status run.Status, reason string, signal syscall.Signal) error {
	if f.reason == "" {
		f.status, f.reason = status, reason
	}
	return f.worker.signal(signal)
}

// take takes what the worker says, or that it says no more. Its error is one of the machine.
func (f *following) take(next incoming) error {
	err := next.err
	if err == nil {
		var ended *trial
		if ended, err = f.takeMessage(next.message); err == nil {
			if ended == nil {
				return nil
			}
			return f.session.end(ended)
		}
	}
	for _, t := range f.open {
		if !t.started {
			t.early = f.worker.early.String()
		}
	}
	switch {
	case f.reason != "":
		f.breakAll(f.status, f.reason)
	case isEnd(err):
		reason := f.worker.lastWords()
		for _, t := range f.open {
			t.crashed = true
		}
		f.breakAll(run.Failed, reason)
	default:
		f.breakAll(run.Failed, fmt.Sprintf("protocol: %v", err))
	}
	return nil
}

// breakAll fails the runs that have not ended: the worker is of no more use.
func (f *following) breakAll(status run.Status, reason string) {
	for _, t := range slices.Clone(f.open) {
		f.breaks(t, status, reason)
	}
}

// breaks fails a run that takes the worker with it.
func (f *following) breaks(t *trial, status run.Status, reason string) {
	t.fail(status, reason)
	f.spoilt = true
	if status == run.Failed && t.kind != protocol.MissingData && f.fault == "" {
		f.fault = reason
	}
	f.leaves(t)
	f.broken = append(f.broken, t)
}

func (f *following) leaves(t *trial) {
	f.open = slices.DeleteFunc(f.open, func(other *trial) bool { return other == t })
}

// conclude records the runs that broke. Those of several side by side that failed are to be made again with fewer; only one
// that fails alone has failed. The worker is gone.
func (f *following) conclude() error {
	if f.replicas > 1 && f.fault != "" && len(f.broken) > 0 {
		return f.session.split(f.replicas, f.broken, f.cause())
	}
	var all, full error
	for _, t := range f.broken {
		all = errors.Join(all, f.session.end(t))
		if t.kind == protocol.NoSpace && full == nil { // once for all of them
			full = &FolderError{f.session.options.Files, errors.New(t.attempt.Reason)}
		}
	}
	return errors.Join(all, full)
}

// cause is what several runs side by side failed by. The log of the first has what the program printed.
func (f *following) cause() string {
	if first := f.trials[0]; f.broken[0].crashed {
		if text, err := readEnd(f.session.path(first.attempt.Log)); err == nil {
			if cause, _ := findCrash(text); cause != "" {
				return "crashed: " + cause
			}
		}
	}
	return f.fault
}

// takeMessage takes a message, and returns the run that it ended in order. Its error is one that the worker made.
func (f *following) takeMessage(message protocol.Message) (ended *trial, err error) {
	t, err := f.about(message)
	if err != nil {
		return nil, err
	}
	switch m := message.(type) {
	case protocol.Circumstances:
		t.madeOn(m.Provenance)
		return nil, nil
	case protocol.Resumed:
		return nil, f.takeResumed(t, m)
	case protocol.Epoch:
		return nil, f.takeEpoch(t, m)
	case protocol.Result:
		return t, f.takeResult(t, m)
	case protocol.Error:
		return f.takeError(t, m), nil
	}
	if t.started {
		return nil, errors.New("the run started twice")
	}
	t.started = true
	return nil, nil
}

// about returns the run under way that a message is about.
func (f *following) about(message protocol.Message) (*trial, error) {
	var key run.Key
	switch m := message.(type) {
	case protocol.Started:
		key = m.Key
	case protocol.Circumstances:
		key = m.Key
	case protocol.Resumed:
		key = m.Key
	case protocol.Epoch:
		key = m.Key
	case protocol.Result:
		key = m.Key
	case protocol.Error:
		key = m.Key
	default:
		return nil, fmt.Errorf("a %T came in the middle of a run", message)
	}
	i := slices.IndexFunc(f.open, func(t *trial) bool { return t.run.Key == key })
	if i < 0 {
		return nil, fmt.Errorf("a message is about run %s", key.Short())
	}
	return f.open[i], nil
}

func (f *following) takeResumed(t *trial, m protocol.Resumed) error {
	a := &t.attempt
	if a.Resumed > 0 || a.Epoch > 0 {
		return errors.New("the run resumed after it had begun")
	}
	a.Resumed = m.Epoch
	f.session.resumed(t.run, m.Epoch)
	return nil
}

func (f *following) takeEpoch(t *trial, m protocol.Epoch) error {
	a := &t.attempt
	if m.Epoch.Number <= a.Epoch {
		return fmt.Errorf("epoch %d came after epoch %d", m.Epoch.Number, a.Epoch)
	}
	a.Epoch = m.Epoch.Number
	a.History = append(a.History, m.Epoch)
	if m.Epoch.Number >= a.Resumed { // those before were made in an earlier attempt
		f.session.epoch(t.run, m.Epoch)
	}
	return nil
}

func (f *following) takeResult(t *trial, m protocol.Result) error {
	for _, artefact := range m.Artefacts {
		info, err := os.Stat(filepath.Join(t.folder, artefact.Path))
		if err != nil {
			return fmt.Errorf("looking for artefact %s: %w", artefact.Path, err)
		}
		if info.Size() != artefact.Bytes {
			return fmt.Errorf("artefact %s has %d bytes, not %d", artefact.Path, info.Size(), artefact.Bytes)
		}
	}
	a := &t.attempt
	a.Status, a.Result, a.Artefacts = run.Finished, m.Result, m.Artefacts
	t.madeOn(m.Provenance)
	f.spoilt = f.spoilt || f.reason != ""
	f.leaves(t)
	return nil
}

// takeError takes why a run failed. The worker is kept only where that says nothing about its state: an
// accelerator, for one, is of no use to a process after some of its errors.
func (f *following) takeError(t *trial, m protocol.Error) (ended *trial) {
	t.kind = m.Kind
	t.attempt.Provenance.PeakMemory = m.PeakMemory
	reason := printable(m.Message)
	if m.Kind == protocol.Interrupted && f.reason != "" {
		reason = f.reason
	}
	if f.reason == "" && (m.Kind == protocol.Diverged || m.Kind == protocol.MissingData) {
		t.fail(m.Kind.Status(), reason)
		f.leaves(t)
		return t
	}
	f.breaks(t, m.Kind.Status(), reason)
	return nil
}
