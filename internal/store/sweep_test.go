package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"experiment/internal/run"
)

func TestPutSweep(t *testing.T) {
	s, _ := openTemporary(t)
	a, b, c, d := newRun(t, "focal gamma=1", 0), newRun(t, "focal gamma=2", 0), newRun(t, "focal gamma=3", 0), newRun(t, "focal gamma=4", 0)
	expect := func(sweep string, want ...string) {
		t.Helper()
		if got := labels(t, s.Reader, Filter{Sweep: sweep}); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	putSweepOf(t, s, "x", Replace, c, a, b)
	expect("x", "focal gamma=3/0", "focal gamma=1/0", "focal gamma=2/0")
	putSweepOf(t, s, "x", Add, a, d)
	expect("x", "focal gamma=3/0", "focal gamma=1/0", "focal gamma=2/0", "focal gamma=4/0")
	putSweepOf(t, s, "y", Replace, d)
	finish(t, s, b, 1)
	putSweepOf(t, s, "x", Replace, a)
	expect("x", "focal gamma=1/0")
	expect("y", "focal gamma=4/0")
	// c was never tried and no sweep has it; b has a result.
	expect("", "focal gamma=1/0", "focal gamma=2/0", "focal gamma=4/0")
}

func TestSweepIsReadBack(t *testing.T) {
	s, _ := openTemporary(t)
	before := time.Now().UTC().Truncate(time.Millisecond)
	sweep := Sweep{"losses", "Does it?", "classification", "sweeps/losses.yaml", "name: losses\n", time.Time{}, 0}
	runs := []run.Run{newRun(t, "focal gamma=1", 0), newRun(t, "focal gamma=1", 1)}
	if err := s.PutSweep(t.Context(), sweep, runs, Replace); err != nil {
		t.Fatal(err)
	}
	changed := sweep
	changed.Description = "changed by --set"
	if err := s.PutSweep(t.Context(), changed, runs[:1], Add); err != nil {
		t.Fatal(err)
	}
	got, err := s.SweepByName(t.Context(), "losses")
	if err != nil {
		t.Fatal(err)
	}
	if got.Updated.Before(before) || got.Updated.After(time.Now()) {
		t.Errorf("it was updated at %v", got.Updated)
	}
	got.Updated = time.Time{}
	sweep.Runs = 2
	if got != sweep {
		t.Errorf("got %+v, want %+v", got, sweep)
	}
	putSweepOf(t, s, "a", Replace)
	all, err := s.Sweeps(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != "a" || all[1].Name != "losses" {
		t.Errorf("the sweeps are %+v, %v", all, err)
	}
	var unknown *UnknownSweepError
	if _, err := s.SweepByName(t.Context(), "loses"); !errors.As(err, &unknown) || !slices.Equal(unknown.Known, []string{"a", "losses"}) {
		t.Errorf("an unknown sweep: %v", err)
	}
	if _, err := s.List(t.Context(), Filter{Sweep: "loses"}); !errors.As(err, &unknown) {
		t.Errorf("listing an unknown sweep: %v", err)
	}
}

func TestNewerLabelIsShown(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 0)
	putSweepOf(t, s, "x", Replace, r)
	finish(t, s, r, 1)
	r.Label = "focal γ=2"
	putSweepOf(t, s, "x", Replace, r)
	if got := labels(t, s.Reader, Filter{Statuses: []run.Status{run.Finished}}); !slices.Equal(got, []string{"focal γ=2/0"}) {
		t.Errorf("got %v", got)
	}
}
