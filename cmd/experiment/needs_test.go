package main

import (
	"os"
	"path/filepath"
	"testing"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

func runOf(t *testing.T, pipeline string, seed int64) run.Run {
	t.Helper()
	config, err := run.NewConfig([]run.Field{{Path: "pipeline", Value: pipeline}, {Path: "seed", Value: seed}})
	if err != nil {
		t.Fatal(err)
	}
	return run.Run{Key: config.Key(), Config: config}
}

// A worker needs what it took for runs like these and, where it is to train more of them side by side, as much more for each as it
// took for one at most.
func TestNeeds(t *testing.T) {
	training, computed := runOf(t, "classification", 0), runOf(t, "bound", 0)
	const bare = bareMemory
	for _, c := range []struct {
		taken    []store.Memory
		replicas int
		want     int64
	}{
		{nil, 1, unknownMemory},
		{nil, 8, unknownMemory},
		{[]store.Memory{{Replicas: 1, Bytes: bare + 100}}, 1, bare + 100},
		{[]store.Memory{{Replicas: 1, Bytes: bare + 100}}, 8, bare + 800},
		{[]store.Memory{{Replicas: 8, Bytes: bare + 400}}, 8, bare + 400},
		{[]store.Memory{{Replicas: 8, Bytes: bare + 400}}, 2, bare + 400}, // no more, for sure
		{[]store.Memory{{Replicas: 8, Bytes: bare + 400}}, 16, bare + 800},
		{[]store.Memory{{Replicas: 1, Bytes: bare + 100}, {Replicas: 8, Bytes: bare + 400}}, 1, bare + 100},
		{[]store.Memory{{Replicas: 1, Bytes: bare + 100}, {Replicas: 8, Bytes: bare + 400}}, 2, bare + 200},
		{[]store.Memory{{Replicas: 1, Bytes: bare + 100}, {Replicas: 8, Bytes: bare + 400}}, 9, bare + 450},
		{[]store.Memory{{Replicas: 1, Bytes: 5}}, 8, 5}, // on a system where that is not much
	} {
		known := needs{training.Key: c.taken}
		if got := known.of(training, c.replicas); got != c.want {
			t.Errorf("%d side by side need %d bytes after %+v, want %d", c.replicas, got, c.taken, c.want)
		}
		if got := known.of(computed, c.replicas); got != 0 {
			t.Errorf("computing a run needs %d bytes", got)
		}
	}
}

// Fewer workers train larger groups.
func TestNeedsOfEachWorker(t *testing.T) {
	known := needs{}
	var runs []run.Run
	for seed := range int64(8) {
		r := runOf(t, "classification", seed)
		runs = append(runs, r)
		known[r.Key] = []store.Memory{{Replicas: 1, Bytes: bareMemory + 10}}
	}
	options := runner.Options{Fuse: func(run.Run) (string, int) { return "all", 4 }}
	each := known.each(runs, options)
	for jobs, want := range map[int]int64{1: 40, 2: 40, 4: 20, 8: 10} {
		if got := each(jobs) - bareMemory; got != want {
			t.Errorf("%d workers need %d bytes each for their runs, want %d", jobs, got, want)
		}
	}
	options.Files = t.TempDir()
	if err := os.Mkdir(filepath.Join(options.Files, string(runs[0].Key)), 0o755); err != nil {
		t.Fatal(err)
	}
	options.Begun = func(string) []run.Key { return make([]run.Key, 6) } // of which one is left
	if got := known.each(runs[:1], options)(1) - bareMemory; got != 60 {
		t.Errorf("one run that goes on as one of six needs %d bytes, want 60", got)
	}
}

// Reproducing follows the same rule, by what is recorded of the runs themselves.
func TestNeedsOfRecords(t *testing.T) {
	record := func(peak int64, replicas int) run.Record {
		r := run.Record{Run: runOf(t, "classification", peak)}
		r.Attempt.Provenance.PeakMemory, r.Attempt.Provenance.Replicas = peak, replicas
		return r
	}
	alone, older, silent := record(1<<30, 1), record(1<<29, 0), record(0, 1)
	known := needsOf([]run.Record{alone, older, silent})
	for want, r := range map[int64]run.Run{1 << 30: alone.Run, 1 << 29: older.Run} {
		if got := known.of(r, 1); got != want {
			t.Errorf("a run needs %d bytes, want %d", got, want)
		}
	}
	if got := known.of(silent.Run, 1); got != unknownMemory {
		t.Errorf("a run of which no memory is recorded needs %d bytes", got)
	}
}
