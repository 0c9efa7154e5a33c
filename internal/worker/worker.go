// Package worker is the side of the protocol that computes: it takes jobs from experiment one after another
// and tells it what becomes of their runs. What a run computes is the business of a Handler.
package worker

import (
	"context"
	"io"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// Job is what a worker is asked for.
type Job = protocol.Job

// Task is a run of a Job.
type Task = protocol.Task

// Handler computes the runs of one job at a time.
type Handler interface {
	// Describe returns what is known before any run. An error means that this machine cannot run anything.
	Describe() (run.Provenance, error)

	// Run computes the runs of a job side by side and returns what each leaves, in their order. Their artefacts go into
	// their folders. It tells the Progress of each of every epoch and returns at once with the error that it gets for
	// that, if there is one. The context ends when the worker is told to stop. The error is that of every run which
	// Progress has not been told has failed; a Failure among the wrapped errors says of which kind it is.
	Run(ctx context.Context, job Job, progress []Progress) ([]Output, error)
}

// Progress is told how far a run is. What is written to it goes to the log of the run.
type Progress interface {
	io.Writer
	// Circumstances says what the run is made on, which is recorded where it does not finish.
	Circumstances(p run.Provenance) error
	// Resumed says that the run goes on from its checkpoint in an epoch, counted from 1. The epochs that it had
	// completed before are to be told next.
	Resumed(epoch int) error
	// Epoch says that the run completed an epoch. Its error is that of the context where that has ended.
	Epoch(e run.Epoch) error
	// Failed says that the run has ended by an error, while others of its job go on.
	Failed(err error) error
}

// Output is what a run leaves.
type Output struct {
	Result     run.Result
	Artefacts  []run.Artefact
	Provenance run.Provenance // the whole of it, but for PeakMemory
}

// Kind says why a run did not finish.
type Kind = protocol.Kind

// The kinds of a Failure.
const (
	Failed      = protocol.Failed      // of no kind below
	Diverged    = protocol.Diverged    // the loss was no longer finite
	MissingData = protocol.MissingData // a data set is missing or damaged
	OutOfMemory = protocol.OutOfMemory // of the device or the host
	NoSpace     = protocol.NoSpace     // a disk is full or cannot be written
	Interrupted = protocol.Interrupted // the worker was told to stop
)

// Failure is an error of a Handler that says of which kind it is.
type Failure struct {
	Kind  Kind
	Epoch int // in which it happened, or 0
	Err   error
}

func (f *Failure) Error() string { return f.Err.Error() }

func (f *Failure) Unwrap() error { return f.Err }
