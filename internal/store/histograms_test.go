package store

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"experiment/internal/run"
)

func TestHistogramsAreLoadedOnDemand(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 0)
	a := begin(t, s, r)
	a.Status, a.Ended = run.Finished, started.Add(time.Second)
	a.Result.Histograms = []run.Histogram{{Split: run.Test, Calibration: run.Uncalibrated, Quantity: run.Entropy, Outcome: run.Right, Upper: 2, Counts: []float64{7, 0, 1, 0.5}}}
	end(t, s, a)
	for details, want := range map[Detail]int{History | Bins | Artefacts: 0, Histograms: 1} {
		record, err := s.Record(t.Context(), r.Key, details)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(record.Attempt.Result.Histograms); got != want {
			t.Errorf("details %b: %d histograms are loaded, want %d", details, got, want)
		}
	}
	a = begin(t, s, newRun(t, "focal gamma=2", 1))
	a.Status, a.Ended = run.Finished, started.Add(time.Second)
	a.Result.Histograms = []run.Histogram{{Upper: 2, Counts: []float64{math.NaN()}}}
	if err := s.End(t.Context(), a); err == nil || !strings.Contains(err.Error(), "histogram") {
		t.Errorf("a count that is no number: %v", err)
	}
}

// The view histograms has a row for each bin, with its edges, that a query may read.
func TestQueryOfHistograms(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 0)
	a := begin(t, s, r)
	a.Status, a.Ended = run.Finished, started.Add(time.Second)
	for _, outcome := range []run.Outcome{run.Right, run.Wrong} {
		a.Result.Histograms = append(a.Result.Histograms, run.Histogram{
			Split: run.Test, Calibration: run.Uncalibrated, Quantity: run.Entropy, Outcome: outcome, Upper: 2, Counts: []float64{7, 0, 1, 0.5},
		})
	}
	end(t, s, a)
	_, got, err := ask(t, s.Reader, `SELECT bin, lower, upper, count, outcome FROM histograms JOIN runs USING (attempt)
		WHERE split = 'test' AND calibration = 'none' AND quantity = 'entropy' AND outcome = 'wrong' ORDER BY bin`)
	want := [][]any{
		{int64(1), 0.0, 0.5, int64(7), "wrong"}, {int64(2), 0.5, 1.0, int64(0), "wrong"},
		{int64(3), 1.0, 1.5, int64(1), "wrong"}, {int64(4), 1.5, 2.0, 0.5, "wrong"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}
