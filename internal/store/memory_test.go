package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/run"
)

func TestPeakMemory(t *testing.T) {
	s, _ := openTemporary(t)
	for seed, taken := range []Memory{{1, 300}, {8, 900}, {0, 500}, {8, 800}, {1, 0}, {16, 0}} { // no replicas is an older record
		a := begin(t, s, newRun(t, "focal gamma=2", int64(seed)))
		a.Status, a.Ended, a.Provenance.PeakMemory, a.Provenance.Replicas = run.Finished, started, taken.Bytes, taken.Replicas
		end(t, s, a)
	}
	sibling, stranger := newRun(t, "brier", 9), newRun(t, "brier", 9, run.Field{Path: "model.width", Value: int64(4096)})
	for _, runs := range [][]run.Run{nil, {sibling}, {sibling, stranger}} {
		want := map[run.Key][]Memory{}
		if len(runs) > 0 {
			want[sibling.Key] = []Memory{{1, 500}, {8, 900}}
		}
		got, err := s.PeakMemory(t.Context(), runs)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("of %d runs: %v\n%s", len(runs), err, diff)
		}
	}
}
