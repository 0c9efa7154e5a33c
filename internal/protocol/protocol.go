// Package protocol holds the messages between experiment and its workers: JSON objects, one a line, each
// {"type": ..., "body": {...}}. Jobs go to a worker's standard input, its messages come back on file
// descriptor 3.
package protocol

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"experiment/internal/run"
)

// Version is of the messages; a worker says its own in Hello.
const Version = 5

// MessageDescriptor is the file descriptor on which a worker writes its messages.
const MessageDescriptor = 3

// TemporaryPrefix starts the names of files that a worker has not written to their end. Such a file is of no
// use to anybody once the worker is gone.
const TemporaryPrefix = "."

// SideBySide starts the log of a run that has the output of the program in the log of another, whose name follows.
const SideBySide = "made side by side with run "

// Message is one of Job, Hello, Started, Circumstances, Resumed, Epoch, Result and Error.
type Message interface {
	// name is the "type" of the line.
	name() string
	// check returns what makes a message that was read unusable.
	check() error
}

// Job asks a worker for runs that it makes side by side; in the ordinary case it is one.
type Job struct {
	Tasks           []Task        `json:"tasks"`
	DataDir         string        `json:"data_dir"`         // absolute: where data sets lie
	Device          string        `json:"device"`           // as the worker counts devices: "cpu" or "cuda:0"
	CheckpointEvery time.Duration `json:"checkpoint_every"` // nanoseconds between two; 0 is to write none
	Graph           bool          `json:"graph"`            // whether steps are recorded as a CUDA graph
}

// Task is a run of a job.
type Task struct {
	Key        run.Key    `json:"key"`
	Config     run.Config `json:"config"`
	Folder     string     `json:"folder"`     // absolute, exists: where artefacts go
	Log        string     `json:"log"`        // absolute, exists: what is to be said of the run goes there
	Checkpoint string     `json:"checkpoint"` // absolute: the file to go on from, and to write
}

// Hello is the first message of a worker: it is able to take jobs.
type Hello struct {
	Version    int            `json:"version"`
	PID        int            `json:"pid"`
	Provenance run.Provenance `json:"provenance"` // as far as known before a run
}

// Started says that a worker began a run. What it prints goes to the log of the first run of the job from now on.
type Started struct {
	Key run.Key `json:"key"`
}

// Circumstances says what a run is made on, as far as that is known before it has finished.
type Circumstances struct {
	Key        run.Key        `json:"key"`
	Provenance run.Provenance `json:"provenance"`
}

// Resumed says that a run goes on from its checkpoint. The epochs that it had completed before follow at once.
type Resumed struct {
	Key   run.Key `json:"key"`
	Epoch int     `json:"epoch"` // in which it goes on, counted from 1; one more than the last where all are done
}

// Epoch says that a run completed an epoch.
type Epoch struct {
	Key   run.Key   `json:"key"`
	Epoch run.Epoch `json:"epoch"`
}

// Result ends a run that finished. The artefacts are in the folder of the job.
type Result struct {
	Key        run.Key        `json:"key"`
	Result     run.Result     `json:"result"`
	Artefacts  []run.Artefact `json:"artefacts"`
	Provenance run.Provenance `json:"provenance"`
}

// Error ends a run that did not finish.
type Error struct {
	Key        run.Key `json:"key"`
	Kind       Kind    `json:"kind"`
	Message    string  `json:"message"`
	Epoch      int     `json:"epoch"`       // the one that failed; 0 where it is not known
	PeakMemory int64   `json:"peak_memory"` // resident bytes of the worker
}

// Kind says why a run did not finish.
type Kind string

// The kinds of an Error.
const (
	Failed      Kind = "failed"        // of no kind below
	Diverged    Kind = "diverged"      // the loss was no longer finite
	MissingData Kind = "missing-data"  // a data set is missing or damaged
	OutOfMemory Kind = "out-of-memory" // of the device or the host
	NoSpace     Kind = "no-space"      // a disk is full or cannot be written
	Interrupted Kind = "interrupted"   // the worker was told to stop
)

// Status returns the state in which a kind of error leaves an attempt. A full disk is no fault of the run,
// which is to be made once there is room: it counts as interrupted.
func (k Kind) Status() run.Status {
	switch k {
	case Diverged:
		return run.Diverged
	case Interrupted, NoSpace:
		return run.Interrupted
	}
	return run.Failed
}

func (Job) name() string           { return "job" }
func (Hello) name() string         { return "hello" }
func (Started) name() string       { return "started" }
func (Circumstances) name() string { return "circumstances" }
func (Resumed) name() string       { return "resumed" }
func (Epoch) name() string         { return "epoch" }
func (Result) name() string        { return "result" }
func (Error) name() string         { return "error" }

func (j Job) check() error {
	if len(j.Tasks) == 0 {
		return errors.New("it asks for no run")
	}
	if j.CheckpointEvery < 0 {
		return fmt.Errorf("there is no checkpoint every %v", j.CheckpointEvery)
	}
	if !filepath.IsAbs(j.DataDir) {
		return fmt.Errorf("path %q is not absolute", j.DataDir)
	}
	seen := map[run.Key]bool{}
	for _, t := range j.Tasks {
		if err := t.check(); err != nil {
			return err
		}
		if seen[t.Key] {
			return fmt.Errorf("it asks for run %s twice", t.Key.Short())
		}
		seen[t.Key] = true
	}
	return nil
}

func (t Task) check() error {
	if t.Config.Key() != t.Key {
		return errors.New("the key is not that of the configuration")
	}
	for _, path := range []string{t.Folder, t.Log, t.Checkpoint} {
		if !filepath.IsAbs(path) {
			return fmt.Errorf("path %q is not absolute", path)
		}
	}
	return nil
}

func (h Hello) check() error {
	if h.Version != Version {
		return fmt.Errorf("the worker speaks version %d of the protocol, not %d: it was built from other sources", h.Version, Version)
	}
	if h.PID <= 0 {
		return fmt.Errorf("%d is no process id", h.PID)
	}
	return nil
}

func (s Started) check() error { return checkKey(s.Key) }

func (c Circumstances) check() error { return checkKey(c.Key) }

func (r Resumed) check() error {
	if r.Epoch < 1 {
		return fmt.Errorf("there is no epoch %d", r.Epoch)
	}
	return checkKey(r.Key)
}

func (e Epoch) check() error {
	if e.Epoch.Number < 1 {
		return fmt.Errorf("there is no epoch %d", e.Epoch.Number)
	}
	return checkKey(e.Key)
}

func (r Result) check() error {
	for _, h := range r.Result.Histograms {
		if err := checkHistogram(h); err != nil {
			return err
		}
	}
	for _, a := range r.Artefacts {
		if err := checkArtefact(a); err != nil {
			return err
		}
	}
	return checkKey(r.Key)
}

func (e Error) check() error {
	switch e.Kind {
	case Failed, Diverged, MissingData, OutOfMemory, NoSpace, Interrupted:
		return checkKey(e.Key)
	}
	return fmt.Errorf("there is no kind of error %q", e.Kind)
}

func checkKey(key run.Key) error {
	_, err := run.ParseKey(string(key))
	return err
}

// maxHistogramBins is how many bins a histogram may have.
const maxHistogramBins = 10_000

// checkHistogram refuses counts that no predictions have.
func checkHistogram(h run.Histogram) error {
	if n := len(h.Counts); n < 1 || n > maxHistogramBins {
		return fmt.Errorf("a histogram of %s has %d bins, and may have 1 to %d", h.Quantity, n, maxHistogramBins)
	}
	if !(h.Lower < h.Upper) {
		return fmt.Errorf("a histogram of %s goes from %v to %v", h.Quantity, h.Lower, h.Upper)
	}
	for i, count := range h.Counts {
		if !(count >= 0) {
			return fmt.Errorf("bin %d of a histogram of %s counts %v predictions", i+1, h.Quantity, count)
		}
	}
	return nil
}

// checkArtefact refuses a path that leads out of the folder of the run, among others.
func checkArtefact(a run.Artefact) error {
	if a.Kind == "" || !filepath.IsLocal(a.Path) {
		return fmt.Errorf("artefact %q of kind %q is not a file of the run's folder", a.Path, a.Kind)
	}
	if sum, err := hex.DecodeString(a.SHA256); err != nil || len(sum) != 32 || a.Bytes < 0 {
		return fmt.Errorf("artefact %q has no checksum and size", a.Path)
	}
	return nil
}
