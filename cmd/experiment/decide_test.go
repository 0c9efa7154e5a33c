package main

import (
	"os"
	"path/filepath"
	"testing"

	"experiment/internal/run"
	"experiment/internal/store"
)

func TestDecideSaysWhy(t *testing.T) {
	config, err := run.NewConfig([]run.Field{{Path: "train.epochs", Value: int64(15)}})
	if err != nil {
		t.Fatal(err)
	}
	r := run.Run{Key: config.Key(), Config: config}
	for _, c := range []struct {
		state store.State
		retry bool
		start bool
		why   string
	}{
		{store.State{}, false, true, "was never trained"},
		{store.State{Status: run.New}, false, true, "was never trained"},
		{store.State{Status: run.Finished}, true, false, "is finished"},
		{store.State{Status: run.Interrupted, Epoch: 3, Reason: "stopped by Ctrl-C"}, false, true, "was interrupted after epoch 3 of 15: stopped by Ctrl-C"},
		{store.State{Status: run.Interrupted, Reason: "its process ended without a result"}, false, true, "was interrupted: its process ended without a result"},
		{store.State{Status: run.Failed, Reason: "exit status 3"}, false, false, "failed: exit status 3; --retry-failed trains it again"},
		{store.State{Status: run.Diverged, Reason: "the loss is not finite"}, true, true, "diverged: the loss is not finite"},
		{store.State{Status: run.Running}, false, true, "lost its process"},
	} {
		got, err := decide(r, c.state, t.TempDir(), c.retry)
		if err != nil || got.start != c.start || got.why != c.why {
			t.Errorf("%+v, retry %t: start %t, %q, %v; want %t, %q", c.state, c.retry, got.start, got.why, err, c.start, c.why)
		}
	}
}

// An interrupted run, or one that failed and is tried again, goes on from the checkpoint it left.
func TestDecideTellsOfACheckpoint(t *testing.T) {
	config, err := run.NewConfig([]run.Field{{Path: "train.epochs", Value: int64(15)}})
	if err != nil {
		t.Fatal(err)
	}
	r, files := run.Run{Key: config.Key(), Config: config}, t.TempDir()
	if err := os.Mkdir(filepath.Join(files, string(r.Key)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(files, string(r.Key), "checkpoint"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		state store.State
		retry bool
		why   string
	}{
		{store.State{Status: run.Interrupted, Epoch: 3}, false, "was interrupted after epoch 3 of 15; has a checkpoint to go on from"},
		{store.State{Status: run.Running}, false, "lost its process; has a checkpoint to go on from"},
		{store.State{Status: run.Failed, Reason: "killed"}, true, "failed: killed; has a checkpoint to go on from"},
		{store.State{Status: run.Failed, Reason: "killed"}, false, "failed: killed; --retry-failed trains it again"},
		{store.State{Status: run.Finished}, false, "is finished"},
	} {
		if got, err := decide(r, c.state, files, c.retry); err != nil || got.why != c.why {
			t.Errorf("%+v, retry %t: %q, %v; want %q", c.state, c.retry, got.why, err, c.why)
		}
	}
}

func TestStaleIsKnownToDiffer(t *testing.T) {
	for _, c := range []struct {
		commit, dirty, own string
		stale              bool
	}{
		{"a", "", "a", false},
		{"a", "", "b", true},
		{"a", "1", "a", true},
		{"a", "1", "a with changes 1", false},
		{"a", "1", "a with changes 2", true},
		{unknownCommit, "", "b", false},
		{"", "", "b", false},
		{"a", "", "", false},
	} {
		if got := isStale(describeCode(c.commit, c.dirty), c.own); got != c.stale {
			t.Errorf("a run of %q %q is stale to %q: %t", c.commit, c.dirty, c.own, got)
		}
	}
}
