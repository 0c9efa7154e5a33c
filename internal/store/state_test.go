package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/run"
)

func TestStates(t *testing.T) {
	s, _ := openTemporary(t)
	unknown, added, stopped, made := newRun(t, "brier", 0), newRun(t, "brier", 1), newRun(t, "brier", 2), newRun(t, "brier", 3)
	putSweepOf(t, s, "all", Replace, added, stopped, made)
	a := begin(t, s, stopped)
	a.Status, a.Reason, a.Epoch, a.Ended = run.Interrupted, "stopped by Ctrl-C", 4, started
	end(t, s, a)
	a = begin(t, s, made)
	a.Status, a.Epoch, a.Ended, a.Provenance.Commit, a.Provenance.Dirty = run.Finished, 15, started, "c0ffee", "d1"
	end(t, s, a)
	got, err := s.States(t.Context(), []run.Key{unknown.Key, added.Key, stopped.Key, made.Key})
	if err != nil {
		t.Fatal(err)
	}
	want := map[run.Key]State{
		unknown.Key: {Status: run.New},
		added.Key:   {Status: run.New},
		stopped.Key: {Status: run.Interrupted, Reason: "stopped by Ctrl-C", Epoch: 4},
		made.Key:    {Status: run.Finished, Epoch: 15, Commit: "c0ffee", Dirty: "d1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
