package store

import (
	"testing"

	"experiment/internal/run"
)

func TestPeakMemory(t *testing.T) {
	s, _ := openTemporary(t)
	for seed, bytes := range []int64{300, 500, 0} {
		a := begin(t, s, newRun(t, "focal gamma=2", int64(seed)))
		a.Status, a.Ended, a.Provenance.PeakMemory = run.Finished, started, bytes
		end(t, s, a)
	}
	sibling, stranger := newRun(t, "brier", 9), newRun(t, "brier", 9, run.Field{Path: "model.width", Value: int64(4096)})
	for _, c := range []struct {
		runs    []run.Run
		peak    int64
		unknown int
	}{
		{nil, 0, 0},
		{[]run.Run{sibling}, 500, 0},
		{[]run.Run{sibling, stranger}, 500, 1},
		{[]run.Run{stranger}, 0, 1},
	} {
		if peak, unknown, err := s.PeakMemory(t.Context(), c.runs); err != nil || peak != c.peak || unknown != c.unknown {
			t.Errorf("%d runs: %d bytes, %d unknown, %v; want %d and %d", len(c.runs), peak, unknown, err, c.peak, c.unknown)
		}
	}
}
