package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// graceTime is for a worker that was told to stop, where the options do not say.
const graceTime = 10 * time.Second

// following is the course of one run in a worker.
type following struct {
	session *session
	worker  *process
	trial   *trial
	started bool // the worker took the job
	keep    bool // the worker can be given another one

	// Why the worker was told to end, where it was.
	status run.Status
	reason string
}

// follow gives the worker a job and fills in what becomes of it. Its error is one of the machine.
func (f *following) follow(job protocol.Job) error {
	if err := f.worker.jobs.Write(job); err != nil {
		// Either it has ended, which its messages say, or it will be made to.
		if _, err := f.worker.awaitExit(); err != nil {
			return err
		}
	}
	var timeout, grace <-chan time.Time
	if limit := f.session.options.Timeout; limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		timeout = timer.C
	}
	now, kill := f.session.stop.Reached(Now), f.session.stop.Reached(Kill)
	for {
		var err error
		select {
		case next := <-f.worker.incoming:
			if f.take(next) {
				return nil
			}
		case <-timeout:
			err = f.order(run.Failed, "timed out after "+FormatDuration(f.session.options.Timeout), syscall.SIGKILL)
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
}

// order tells the worker to end. Only the first reason counts.
func (f *following) order(status run.Status, reason string, signal syscall.Signal) error {
	if f.reason == "" {
		f.status, f.reason = status, reason
	}
	return f.worker.signal(signal)
}

// take takes what the worker says, or that it says no more, and returns whether the run has ended.
func (f *following) take(next incoming) (ended bool) {
	err := next.err
	if err == nil {
		if ended, err = f.takeMessage(next.message); err == nil {
			return ended
		}
	}
	switch {
	case f.reason != "":
		f.trial.fail(f.status, f.reason)
	case isEnd(err):
		f.trial.fail(run.Failed, f.worker.lastWords())
		f.trial.crashed = true
	default:
		f.trial.fail(run.Failed, fmt.Sprintf("protocol: %v", err))
	}
	if !f.started {
		f.trial.early = f.worker.early.String()
	}
	return true
}

// takeMessage takes a message. Its error is one that the worker made.
func (f *following) takeMessage(message protocol.Message) (ended bool, err error) {
	a := &f.trial.attempt
	switch m := message.(type) {
	case protocol.Started:
		if f.started {
			return false, fmt.Errorf("the run started twice")
		}
		f.started = true
		return false, f.checkKey(m.Key)
	case protocol.Resumed:
		if a.Resumed > 0 || a.Epoch > 0 {
			return false, fmt.Errorf("the run resumed after it had begun")
		}
		a.Resumed = m.Epoch
		f.session.resumed(f.trial.run, m.Epoch)
		return false, f.checkKey(m.Key)
	case protocol.Epoch:
		if err := f.checkKey(m.Key); err != nil {
			return false, err
		}
		if m.Epoch.Number <= a.Epoch {
			return false, fmt.Errorf("epoch %d came after epoch %d", m.Epoch.Number, a.Epoch)
		}
		a.Epoch = m.Epoch.Number
		a.History = append(a.History, m.Epoch)
		if m.Epoch.Number >= a.Resumed { // those before were made in an earlier attempt
			f.session.epoch(f.trial.run, m.Epoch)
		}
		return false, nil
	case protocol.Result:
		return true, f.takeResult(m)
	case protocol.Error:
		return true, f.takeError(m)
	}
	return false, fmt.Errorf("a %T came in the middle of a run", message)
}

func (f *following) takeResult(m protocol.Result) error {
	if err := f.checkKey(m.Key); err != nil {
		return err
	}
	for _, artefact := range m.Artefacts {
		info, err := os.Stat(filepath.Join(f.trial.folder, artefact.Path))
		if err != nil {
			return fmt.Errorf("looking for artefact %s: %w", artefact.Path, err)
		}
		if info.Size() != artefact.Bytes {
			return fmt.Errorf("artefact %s has %d bytes, not %d", artefact.Path, info.Size(), artefact.Bytes)
		}
	}
	a := &f.trial.attempt
	device := a.Provenance.Device
	a.Status, a.Result, a.Artefacts, a.Provenance = run.Finished, m.Result, m.Artefacts, m.Provenance
	a.Provenance.Device = device
	f.keep = f.reason == ""
	return nil
}

// takeError takes why a run failed. The worker is kept only where that says nothing about its state: an
// accelerator, for one, is of no use to a process after some of its errors.
func (f *following) takeError(m protocol.Error) error {
	if err := f.checkKey(m.Key); err != nil {
		return err
	}
	f.trial.kind = m.Kind
	f.trial.attempt.Provenance.PeakMemory = m.PeakMemory
	reason := printable(m.Message)
	if m.Kind == protocol.Interrupted && f.reason != "" {
		reason = f.reason
	}
	f.trial.fail(m.Kind.Status(), reason)
	f.keep = f.reason == "" && (m.Kind == protocol.Diverged || m.Kind == protocol.MissingData)
	return nil
}

func (f *following) checkKey(key run.Key) error {
	if key != f.trial.run.Key {
		return fmt.Errorf("a message is about run %s", key.Short())
	}
	return nil
}
