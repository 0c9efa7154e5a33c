package store

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"experiment/internal/run"
)

// exporter is ExportScores or ExportHistory.
type exporter func(f Filter, use func(Stream) error) error

// collect reads an export, each row by the names of some columns.
func collect(t testing.TB, export exporter, f Filter, columns ...string) [][]any {
	t.Helper()
	var rows [][]any
	err := export(f, func(s Stream) error {
		for row, err := range s.Rows {
			if err != nil {
				return err
			}
			var kept []any
			for _, name := range columns {
				at := slices.Index(s.Columns, name)
				if at < 0 {
					t.Fatalf("the columns %v lack %s", s.Columns, name)
				}
				kept = append(kept, row[at])
			}
			rows = append(rows, kept)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestExportScores(t *testing.T) {
	s := openLibrary(t)
	export := func(f Filter, use func(Stream) error) error { return s.ExportScores(t.Context(), f, use) }
	columns := []string{"label", "sweeps", "status", "split", "calibration", "nll", "ece", "config.loss.gamma", "config.model.batch_norm", "config.train.epochs", "config.seed"}
	got := collect(t, export, Filter{Statuses: []run.Status{run.Finished}}, columns...)
	want := [][]any{
		{"label_smoothing epsilon=0.05", "x", "finished", "test", "none", 0.25, nil, nil, true, int64(15), int64(1)},
		{"focal gamma=2", "x", "finished", "validation", "temperature", nil, 0.02, 2.0, true, int64(15), int64(0)},
		{"focal gamma=2", "x", "finished", "test", "none", 0.5, 0.1, 2.0, true, int64(15), int64(0)},
		{"cross_entropy", "x", "finished", "validation", "temperature", nil, 0.01, nil, true, int64(15), int64(0)},
		{"cross_entropy", "x", "finished", "test", "none", math.Inf(1), 0.3, nil, true, int64(15), int64(0)},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	got = collect(t, export, Filter{Statuses: []run.Status{run.Failed}}, "status", "reason", "split", "ece", "config.loss.gamma")
	if want := [][]any{{"failed", "out of memory", nil, nil, 3.0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("of a run without metrics got %v, want %v", got, want)
	}
	var names []string
	err := export(Filter{Where: where(t, "loss=cross_entropy")}, func(s Stream) error { names = s.Columns; return nil })
	if err != nil || slices.Contains(names, "config.loss.gamma") || !slices.Contains(names, "config.loss.name") {
		t.Errorf("got the columns %v, %v: only settings that the runs have", names, err)
	}
}

// What an export is written to may fail: it ends with that error.
func TestExportStops(t *testing.T) {
	s := openLibrary(t)
	full := errors.New("the disk is full")
	rows := 0
	err := s.ExportScores(t.Context(), Filter{}, func(s Stream) error {
		for range s.Rows {
			rows++
			return full
		}
		return nil
	})
	if !errors.Is(err, full) || rows != 1 {
		t.Errorf("after %d rows: %v", rows, err)
	}
}

func TestExportHistory(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 3)
	a := begin(t, s, r)
	a.Status, a.Ended = run.Finished, started
	a.History = []run.Epoch{
		{Number: 1, Metrics: []run.EpochMetric{{Split: run.Validation, Name: "nll", Value: 0.1 + 0.2}, {Split: run.Train, Name: "loss", Value: run.Number(math.NaN())}}},
		{Number: 2, Metrics: []run.EpochMetric{{Split: run.Train, Name: "loss", Value: run.Number(math.Inf(1))}}},
	}
	end(t, s, a)
	export := func(f Filter, use func(Stream) error) error { return s.ExportHistory(t.Context(), f, use) }
	got := collect(t, export, Filter{}, "run", "seed", "status", "epoch", "split", "name", "value")
	lead := []any{string(r.Key), int64(3), "finished"}
	want := [][]any{
		append(lead[:3:3], int64(1), "train", "loss", nil),
		append(lead[:3:3], int64(1), "validation", "nll", 0.1+0.2),
		append(lead[:3:3], int64(2), "train", "loss", math.Inf(1)),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
