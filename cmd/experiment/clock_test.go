package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
	"experiment/internal/sweep"
)

// stopAt is an Observer that stops the runner once a run of a loss is under way.
type stopAt struct {
	loss    string
	stopper *runner.Stopper
}

func (s stopAt) Epoch(r run.Run, _ run.Epoch) {
	if r.Config.Text("loss.name") == s.loss {
		s.stopper.Stop(runner.Now, syscall.SIGTERM)
	}
}
func (stopAt) Started(run.Run, run.Attempt)       {}
func (stopAt) Resumed(run.Run, int)               {}
func (stopAt) Ended(run.Run, run.Attempt, string) {}
func (stopAt) Split([]run.Run, int, string)       {}
func (stopAt) Skipped(run.Run, string)            {}
func (stopAt) Stopping(runner.Level, error)       {}

// A sweep is stopped and gone on with while somebody sets the clock back by an hour again and again: the database has
// every run finished once, the attempts in their order, and no time below 0.
func TestClockThatIsSetBackDuringASweep(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	program, err := exec.LookPath("experiment-worker")
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(folder, "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	hanging, err := sweep.Parse("sweep.yaml", []byte(hangingSweep+"seeds: 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	hours := time.Duration(0)
	options := runner.Options{
		Worker: []string{program}, DataDir: folder, Files: store.Files(filepath.Join(folder, "x.db")), Recorder: s,
		Clock: func() time.Time { hours++; return time.Now().Add(-hours * time.Hour) },
	}
	for _, hang := range []string{"focal", "focal", "none"} {
		stopper := runner.NewStopper()
		options.Env = append(os.Environ(), "FAKE_HANG="+hang)
		options.Stop, options.Observer = stopper, stopAt{hang, stopper}
		if _, err := runner.Run(t.Context(), hanging.Runs, options); (err == nil) != (hang == "none") {
			t.Fatalf("with %s hanging: %v", hang, err)
		}
	}
	stopped, last := 0, time.Time{}
	for _, r := range hanging.Runs {
		attempts, err := s.Attempts(t.Context(), r.Key, 0)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range attempts {
			if a.Number != i+1 || a.Ended.Before(a.Started) || a.Ended.Sub(a.Started) > time.Minute || i > 0 && !a.Started.Before(last) {
				t.Errorf("attempt %d of %s is number %d and lasted from %v to %v", i+1, r.Label, a.Number, a.Started, a.Ended)
			}
			want := run.Interrupted
			if i == len(attempts)-1 {
				want = run.Finished
			}
			if a.Status != want {
				t.Errorf("attempt %d of %d of %s is %s", i+1, len(attempts), r.Label, a.Status)
			}
			last = a.Started
		}
		stopped += len(attempts) - 1
		if record, err := s.Record(t.Context(), r.Key, 0); err != nil || record.Status != run.Finished || record.Attempt.Number != len(attempts) {
			t.Errorf("%s is %s by attempt %d of %d: %v", r.Label, record.Status, record.Attempt.Number, len(attempts), err)
		}
	}
	if stopped != 2 {
		t.Errorf("%d attempts were stopped, want 2", stopped)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
