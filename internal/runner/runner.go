// Package runner makes runs happen: which one when, on which slot, in which process, what becomes of it when
// its process crashes, hangs or is stopped, and what people see meanwhile. It does not know what a run
// computes, nor how attempts are kept.
package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// Options say how runs are to be made.
type Options struct {
	Worker      []string            // the command that starts a worker
	Workers     map[string][]string // commands in its place, by the pipeline of a run
	Env         []string            // what the environment of a worker starts from; nil is that of this process
	Jobs        int                 // workers at a time
	Threads     int                 // of each worker
	Devices     []string            // "cpu" or "cuda:1", given to the workers in turn; none means "cpu"
	Graph       bool                // steps are recorded as a CUDA graph
	DataDir     string              // where data sets lie
	Files       string              // where runs leave logs and artefacts, each in a folder named by its key
	Timeout     time.Duration       // of one run, and so many times that of runs side by side; 0 is none
	Grace       time.Duration       // for a worker that was told to stop, before it is killed; 0 is ten seconds
	FailFast    bool                // start nothing new after the first failure
	MaxFailures int                 // start nothing new after so many failures; 0 stops early where all fail at once
	Recorder    Recorder
	Observer    Observer // may be nil
	Stop        *Stopper // may be nil

	// Fuse says which runs can be made side by side by one worker, those of one pipeline and shape, and how many of that
	// shape at most; nil makes each alone. Where a worker fails that makes several, they are made again in groups of half
	// the size, until what fails is one alone.
	Fuse func(r run.Run) (shape string, most int)
	// Place says where a run goes on that has left a checkpoint in a file, in any words; it is empty where the run starts at the
	// beginning. Only runs that go on from one place are made side by side. It may be nil where Fuse and Begun are.
	Place func(checkpoint string) string
	// Begun returns the group that a run was begun in which has left a checkpoint in a file, where it can go on in that only; a
	// worker sees to that. Those of one group are made side by side, whatever Fuse and Jobs say; nil is that there are none.
	Begun func(checkpoint string) []run.Key

	// Clock says when attempts start; nil is time.Now. It may be set back or forward meanwhile: how long attempts last, and
	// what depends on that, is measured by a clock that nobody sets.
	Clock func() time.Time

	// CheckpointEvery is the time between two checkpoints of a run; 0 writes none. One that is there is used
	// all the same, and removed when the run has finished or diverged.
	CheckpointEvery time.Duration
}

// command returns what starts a worker for a run.
func (o *Options) command(r run.Run) []string {
	if command, ok := o.Workers[r.Config.Pipeline()]; ok {
		return command
	}
	return o.Worker
}

// Recorder keeps attempts. The runner holds the lock of the run meanwhile. It asks for one beginning at a time, while
// others may end. Its errors name the run.
type Recorder interface {
	// Finished says whether a run has been finished, perhaps by another process just now.
	Finished(ctx context.Context, key run.Key) (bool, error)
	// Begin records that an attempt is under way and returns its number.
	Begin(ctx context.Context, r run.Run, a run.Attempt) (int, error)
	// End records how an attempt ended, whole. Its context outlasts that of Run. Once it returns, the checkpoint of a run
	// that is done is removed.
	End(ctx context.Context, a run.Attempt) error
}

// Observer is told what happens, in order and by one goroutine at a time.
type Observer interface {
	Started(r run.Run, a run.Attempt)
	// Resumed says that a run goes on from a checkpoint, in this epoch, counted from 1.
	Resumed(r run.Run, epoch int)
	// Epoch says that an epoch was completed in this attempt.
	Epoch(r run.Run, e run.Epoch)
	// Ended also gets the last lines of the log, made fit to print, where the run did not finish.
	Ended(r run.Run, a run.Attempt, tail string)
	// Split says that the attempts of runs side by side ended since their worker failed, and that they will be made again,
	// so many side by side.
	Split(runs []run.Run, size int, why string)
	// Skipped says that a run is not made, and why.
	Skipped(r run.Run, why string)
	// Stopping says that the runner stops at a level, and why.
	Stopping(level Level, why error)
}

// Summary counts what became of the runs.
type Summary struct {
	Finished    int
	Failed      int
	Diverged    int
	Interrupted int
	Elsewhere   int // being made by another process
	Already     int // finished before their turn came
	Left        int // not started
	Failures    []Failure
	Elapsed     time.Duration
}

// Failure is a run that failed or diverged.
type Failure struct {
	Run    run.Run
	Status run.Status
	Kind   protocol.Kind
	Reason string
	Log    string // relative to the folder of artefacts
}

// Run makes the runs, several at a time, one pipeline after the other and else in the order given, each to its end at
// most once and never while another process makes it. Runs that fail or diverge are counted, not errors. The error is a *StartError or a
// *FolderError, or wraps one of the Recorder, where the machine lacks something, a *Stopped where the
// Stopper said so, a *PolicyError where too many failed, or that of the context. Whatever it is, attempts
// that were under way have been ended and recorded.
func Run(ctx context.Context, runs []run.Run, options Options) (Summary, error) {
	s, err := newSession(ctx, runs, options)
	if err != nil {
		return Summary{}, err
	}
	finish := s.watch(ctx)
	var slots sync.WaitGroup
	for i := range min(s.options.Jobs, len(s.pending)) {
		slots.Add(1)
		go func() {
			defer slots.Done()
			device := s.options.Devices[i%len(s.options.Devices)]
			slot := slot{session: s, device: device}
			if err := slot.serve(); err != nil {
				s.halt(Now, err)
			}
		}()
	}
	slots.Wait()
	s.locks.Wait()
	finish()
	s.launcher.close()
	s.summary.Left = countRuns(s.pending) + countRuns(s.deferred)
	s.summary.Elapsed = time.Since(s.began)
	return s.summary, s.verdict()
}

// newSession checks the options and fills in what they leave out.
func newSession(ctx context.Context, runs []run.Run, o Options) (*session, error) {
	if o.Recorder == nil || o.Files == "" {
		return nil, errors.New("starting runs: a recorder and a folder of artefacts are needed")
	}
	for _, r := range runs {
		if len(o.command(r)) == 0 {
			return nil, fmt.Errorf("starting runs: there is no worker for pipeline %q", r.Config.Pipeline())
		}
	}
	o.Jobs, o.Threads = max(o.Jobs, 1), max(o.Threads, 1)
	if len(o.Devices) == 0 {
		o.Devices = []string{"cpu"}
	}
	if o.Grace == 0 {
		o.Grace = graceTime
	}
	if o.Env == nil {
		o.Env = os.Environ()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Observer == nil {
		o.Observer = blind{}
	}
	var err error
	if o.Files, err = filepath.Abs(o.Files); err != nil {
		return nil, fmt.Errorf("finding the folder of artefacts: %w", err)
	}
	if o.DataDir, err = filepath.Abs(o.DataDir); err != nil {
		return nil, fmt.Errorf("finding the folder of data sets: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("finding the name of this host: %w", err)
	}
	s := &session{
		options:  o,
		ctx:      context.WithoutCancel(ctx),
		host:     host,
		began:    time.Now(),
		stop:     NewStopper(),
		launcher: newLauncher(),
		pending:  o.batches(distinct(runs)),
		policy:   policy{failFast: o.FailFast, maxFailures: o.MaxFailures},
	}
	s.changed = sync.NewCond(&s.mu)
	return s, nil
}

// distinct returns the runs, each once, in their order.
func distinct(runs []run.Run) []run.Run {
	seen := make(map[run.Key]bool, len(runs))
	var once []run.Run
	for _, r := range runs {
		if !seen[r.Key] {
			seen[r.Key] = true
			once = append(once, r)
		}
	}
	return once
}

// blind is an Observer that looks away.
type blind struct{}

func (blind) Started(run.Run, run.Attempt)       {}
func (blind) Resumed(run.Run, int)               {}
func (blind) Epoch(run.Run, run.Epoch)           {}
func (blind) Ended(run.Run, run.Attempt, string) {}
func (blind) Split([]run.Run, int, string)       {}
func (blind) Skipped(run.Run, string)            {}
func (blind) Stopping(Level, error)              {}
