package runner

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

// event is something that happens to a run at a second.
type event struct {
	second int
	kind   string // "start", "resume", "epoch", "finish", "fail"
	run    run.Key
	number int // epochs of the run, or the one completed
}

func replay(e *estimate, events []event) {
	for _, v := range events {
		now := at(v.second)
		switch v.kind {
		case "start":
			e.start(v.run, v.number, now)
		case "resume":
			e.resume(v.run, v.number, now)
		case "epoch":
			e.advance(v.run, v.number, now)
		default:
			e.end(v.run, v.kind == "finish", now)
		}
	}
}

func at(second int) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(second) * time.Second)
}

func TestEstimate(t *testing.T) {
	tests := []struct {
		name        string
		total, jobs int
		events      []event
		now         int
		left        int // seconds; -1 is unknown
		fraction    float64
	}{
		{"nothing yet", 4, 1, nil, 0, -1, 0},
		{"started", 4, 1, []event{{0, "start", "a", 10}}, 5, -1, 0},
		{"epochs tell the pace", 4, 1, []event{{0, "start", "a", 10}, {4, "epoch", "a", 2}}, 4, 16 + 3*20, 0.05},
		{"time goes on between epochs", 4, 1, []event{{0, "start", "a", 10}, {4, "epoch", "a", 2}}, 5, 15 + 3*20, 0.05},
		{"a late epoch takes no negative time", 1, 1, []event{{0, "start", "a", 2}, {4, "epoch", "a", 1}}, 60, 0, 0.5},
		{"finished runs tell the time of others", 3, 1, []event{{0, "start", "a", 0}, {30, "finish", "a", 0}, {30, "start", "b", 0}}, 40, 20 + 30, 1. / 3},
		{"failed ones do not", 3, 1, []event{{0, "start", "a", 0}, {1, "fail", "a", 0}}, 1, -1, 1. / 3},
		{"two at a time", 4, 2, []event{{0, "start", "a", 10}, {0, "start", "b", 10}, {5, "epoch", "a", 5}, {5, "epoch", "b", 5}}, 5, 5 + 10, 0.25},
		{"the last one on the slot that is free first", 3, 2,
			[]event{{0, "start", "a", 10}, {8, "epoch", "a", 8}, {4, "start", "b", 10}, {8, "epoch", "b", 4}}, 8, 2 + 10, 1.2 / 3},
		{"a slot that is free", 2, 2, []event{{0, "start", "a", 10}, {5, "epoch", "a", 5}}, 5, 10, 0.25},
		{"resumed, the pace is that of its own epochs", 4, 1,
			[]event{{0, "start", "a", 10}, {1, "resume", "a", 9}, {3, "epoch", "a", 9}}, 3, 2 + 3*20, 0.225},
		{"resumed, nothing is known yet", 1, 1, []event{{0, "start", "a", 10}, {1, "resume", "a", 6}}, 1, -1, 0.5},
		{"resumed, the others tell the time of its rest", 2, 1,
			[]event{{0, "start", "a", 4}, {8, "finish", "a", 0}, {8, "start", "b", 4}, {9, "resume", "b", 4}}, 9, 2, 0.875},
		{"finished in two parts", 3, 1, []event{{0, "start", "a", 4}, {1, "resume", "a", 3}, {4, "epoch", "a", 3}, {7, "epoch", "a", 4}, {8, "finish", "a", 0}}, 8, 2 * 12, 1. / 3},
		{"all ended", 1, 1, []event{{0, "start", "a", 0}, {30, "finish", "a", 0}}, 30, 0, 1},
		{"no runs", 0, 1, nil, 0, -1, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newEstimate(test.total, test.jobs)
			replay(e, test.events)
			left, known := e.left(at(test.now))
			if known != (test.left >= 0) || known && left != time.Duration(test.left)*time.Second {
				t.Errorf("left %v, %t; want %d s", left, known, test.left)
			}
			if got := e.fraction(); math.Abs(got-test.fraction) > 1e-12 {
				t.Errorf("fraction %v, want %v", got, test.fraction)
			}
		})
	}
}

// Whatever happens, the estimate is no shorter than the work divided by the slots, and the fraction grows.
func TestEstimateIsNeverTooShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total, jobs := rapid.IntRange(1, 40).Draw(t, "total"), rapid.IntRange(1, 8).Draw(t, "jobs")
		typical := rapid.IntRange(1, 100).Draw(t, "typical")
		e := newEstimate(total, jobs)
		before := 0.0
		for i := range rapid.IntRange(1, total).Draw(t, "ended") {
			key := run.Key(fmt.Sprint(i))
			replay(e, []event{{i * typical, "start", key, 0}, {(i + 1) * typical, "finish", key, 0}})
			if e.fraction() <= before {
				t.Fatalf("the fraction went from %v to %v", before, e.fraction())
			}
			before = e.fraction()
		}
		left, known := e.left(at(total * typical))
		work := time.Duration((total-e.ended)*typical) * time.Second
		if !known || left < work/time.Duration(jobs) || left > work {
			t.Fatalf("left %v of %v on %d slots", left, work, jobs)
		}
	})
}

func TestExpect(t *testing.T) {
	for _, test := range []struct {
		seconds []float64
		jobs    int
		want    time.Duration
	}{
		{nil, 2, 0},
		{[]float64{3, 3, 3, 3}, 1, 12 * time.Second},
		{[]float64{3, 3, 3, 3}, 2, 6 * time.Second},
		{[]float64{9, 1}, 2, 9 * time.Second},
		{[]float64{9, 1}, 0, 10 * time.Second},
	} {
		if got := Expect(test.seconds, test.jobs); got != test.want {
			t.Errorf("Expect(%v, %d) = %v, want %v", test.seconds, test.jobs, got, test.want)
		}
	}
}
