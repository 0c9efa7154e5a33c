package store

import (
	"testing"

	"experiment/internal/run"
)

// Nothing of a removed run is left in any table, and nothing of another is touched.
func TestRemove(t *testing.T) {
	s, _ := openTemporary(t)
	gone, kept := newRun(t, "focal gamma=2", 0), newRun(t, "focal gamma=2", 1)
	for _, r := range []run.Run{gone, kept} {
		putSweepOf(t, s, "both", Add, r)
		fail(t, s, r, run.Failed, "no luck")
		a := begin(t, s, r)
		a.Status, a.Ended = run.Finished, started
		a.Result.Metrics = []run.Metric{measured("ece", 0.5)}
		a.Result.Reliability = []run.Reliability{{Split: run.Test, Calibration: run.Uncalibrated, Bins: []run.Bin{{Upper: 1}}}}
		a.History = []run.Epoch{{Number: 1, Metrics: []run.EpochMetric{{Split: run.Train, Name: "loss", Value: 1}}}}
		a.Result.Histograms = []run.Histogram{{Split: run.Test, Calibration: run.Uncalibrated, Quantity: run.Entropy, Outcome: run.Right, Upper: 1, Counts: []float64{1}}}
		a.Artefacts = []run.Artefact{{Kind: "test-logits", Path: "x.npy"}}
		end(t, s, a)
	}
	const tables = `SELECT (SELECT count(*) FROM runs) || ' ' || (SELECT count(*) FROM sweep_runs) || ' ' || (SELECT count(*) FROM attempts)
		|| ' ' || (SELECT count(*) FROM scores) || ' ' || (SELECT count(*) FROM epochs) || ' ' || (SELECT count(*) FROM bins)
		|| ' ' || (SELECT count(*) FROM artefacts) || ' ' || (SELECT count(*) FROM histograms)`
	count := func() (counts string) {
		if err := s.db.QueryRow(tables).Scan(&counts); err != nil {
			t.Fatal(err)
		}
		return counts
	}
	if got := count(); got != "2 2 4 2 2 2 2 2" {
		t.Fatalf("recorded %s", got)
	}
	unknown := newRun(t, "brier", 0)
	if err := s.Remove(t.Context(), []run.Key{gone.Key, unknown.Key}); err != nil {
		t.Fatal(err)
	}
	if got := count(); got != "1 1 2 1 1 1 1 1" {
		t.Errorf("left: %s", got)
	}
	if got := status(t, s.Reader, kept.Key); got != run.Finished {
		t.Errorf("the other run is %s", got)
	}
	if health, err := s.Check(t.Context()); err != nil || len(health.Problems) > 0 {
		t.Errorf("%+v, %v", health, err)
	}
}
