package runner_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
)

// setBack returns a clock that somebody sets back by an hour whenever it is looked at.
func setBack() func() time.Time {
	var mu sync.Mutex
	back := time.Duration(0)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		back += time.Hour
		return time.Now().Add(-back)
	}
}

// A clock that is set back during a sweep changes when attempts are said to have started, and nothing else: not how long
// they lasted, nor their order, nor what is made.
func TestClockThatIsSetBack(t *testing.T) {
	options, recorder := playing(t)
	options.Clock = setBack()
	var observed []run.Attempt
	options.Observer = observer{ended: func(_ run.Run, a run.Attempt, _ string) { observed = append(observed, a) }}
	runs := scripted(t, "ok", "fail", "ok", "ok")
	began := time.Now()
	for range 2 { // the second time only what failed is left
		if _, err := runner.Run(context.Background(), runs, options); err != nil {
			t.Fatal(err)
		}
	}
	most := time.Since(began)
	if len(recorder.attempts) != 5 || len(recorder.twice) != 0 || len(observed) != 5 {
		t.Fatalf("%d attempts, %d runs made twice", len(recorder.attempts), len(recorder.twice))
	}
	for i, a := range observed {
		if lasted := a.Ended.Sub(a.Started); lasted <= 0 || lasted > most {
			t.Errorf("attempt %d lasted %v, all of them %v", i, lasted, most)
		}
		if a.Number != i+1 || i > 0 && !a.Started.Before(observed[i-1].Started) {
			t.Errorf("attempt %d is number %d and started at %v; the one before, at %v", i, a.Number, a.Started, observed[max(i-1, 0)].Started)
		}
	}
}

// Whether the first runs fail within a minute is measured by a clock that nobody sets.
func TestClockThatIsSetDoesNotHideEarlyFailures(t *testing.T) {
	forward := time.Duration(0)
	for name, clock := range map[string]func() time.Time{
		"back":    setBack(),
		"forward": func() time.Time { forward += time.Hour; return time.Now().Add(forward) },
	} {
		options, recorder := playing(t)
		options.Clock = clock
		summary, err := runner.Run(context.Background(), scripted(t, "fail", "fail", "fail", "ok"), options)
		var policy *runner.PolicyError
		if !errors.As(err, &policy) || len(recorder.attempts) != 3 || summary.Left != 1 {
			t.Errorf("set %s: %d attempts, error %v", name, len(recorder.attempts), err)
		}
	}
}
