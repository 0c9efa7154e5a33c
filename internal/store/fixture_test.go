package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"experiment/internal/run"
)

// started is when attempts of tests start.
var started = time.Date(2025, 3, 1, 12, 0, 0, 250e6, time.UTC)

// openTemporary opens a new database that is closed with the test.
func openTemporary(t *testing.T) (*Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results", "experiments.db")
	return openAt(t, path), path
}

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// newRun makes a run with a loss such as "focal gamma=2".
func newRun(t testing.TB, loss string, seed int64, more ...run.Field) run.Run {
	t.Helper()
	name, parameter, _ := strings.Cut(loss, " ")
	fields := append([]run.Field{
		{Path: "pipeline", Value: "classification"},
		{Path: "data.name", Value: "mnist"},
		{Path: "model.name", Value: "cnn"},
		{Path: "model.batch_norm", Value: true},
		{Path: "optimizer.lr", Value: 0.05},
		{Path: "train.epochs", Value: int64(15)},
		{Path: "loss.name", Value: name},
		{Path: "seed", Value: seed},
	}, more...)
	if parameter != "" {
		key, value, _ := strings.Cut(parameter, "=")
		var number float64
		if _, err := fmt.Sscan(value, &number); err != nil {
			t.Fatal(err)
		}
		fields = append(fields, run.Field{Path: "loss." + key, Value: number})
	}
	config, err := run.NewConfig(fields)
	if err != nil {
		t.Fatal(err)
	}
	return run.Run{Key: config.Key(), Label: loss, Config: config}
}

// finish makes r a finished run with the given test metrics, uncalibrated.
func finish(t testing.TB, s *Store, r run.Run, seconds float64, metrics ...run.Metric) run.Attempt {
	t.Helper()
	a := begin(t, s, r)
	a.Status, a.Ended = run.Finished, started.Add(time.Minute)
	a.Result = run.Result{Metrics: metrics, Seconds: seconds}
	end(t, s, a)
	return a
}

func begin(t testing.TB, s *Store, r run.Run) run.Attempt {
	t.Helper()
	a := run.Attempt{
		Run: r.Key, Started: started, PID: 17, Host: "here", Log: string(r.Key) + "/1.log",
		Provenance: run.Provenance{Device: "cpu", Libtorch: "2.9.1", Environment: map[string]string{"OMP_NUM_THREADS": "1"}},
	}
	var err error
	if a.Number, err = s.Begin(t.Context(), r, a); err != nil {
		t.Fatal(err)
	}
	return a
}

func end(t testing.TB, s *Store, a run.Attempt) {
	t.Helper()
	if err := s.End(t.Context(), a); err != nil {
		t.Fatal(err)
	}
}

// fail makes an attempt of r that ends in a state other than Finished.
func fail(t testing.TB, s *Store, r run.Run, as run.Status, reason string) {
	t.Helper()
	a := begin(t, s, r)
	a.Status, a.Reason, a.Ended = as, reason, started.Add(time.Second)
	end(t, s, a)
}

func measured(name string, value float64) run.Metric {
	return run.Metric{Split: run.Test, Calibration: run.Uncalibrated, Name: name, Value: run.Number(value)}
}

func status(t testing.TB, r *Reader, key run.Key) run.Status {
	t.Helper()
	statuses, err := r.Statuses(t.Context(), []run.Key{key})
	if err != nil {
		t.Fatal(err)
	}
	return statuses[key]
}

func putSweepOf(t testing.TB, s *Store, name string, mode Mode, runs ...run.Run) {
	t.Helper()
	if err := s.PutSweep(t.Context(), Sweep{Name: name, Pipeline: "classification"}, runs, mode); err != nil {
		t.Fatal(err)
	}
}

// labels returns the labels and seeds of the runs that a filter chooses, as "focal gamma=2/0".
func labels(t testing.TB, r *Reader, f Filter) []string {
	t.Helper()
	list, err := r.List(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	records, err := r.Records(t.Context(), f, 0)
	if err != nil {
		t.Fatal(err)
	}
	var listed, recorded []string
	for _, s := range list {
		listed = append(listed, fmt.Sprintf("%s/%d", s.Label, s.Seed))
	}
	for _, r := range records {
		recorded = append(recorded, fmt.Sprintf("%s/%d", r.Label, r.Config.Seed()))
	}
	if !slices.Equal(listed, recorded) {
		t.Errorf("List chooses %v, Records %v", listed, recorded)
	}
	return listed
}
