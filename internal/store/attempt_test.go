package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

func TestStateOfARunFollowsItsAttempts(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 0)
	expect := func(want run.Status, attempt int) {
		t.Helper()
		record, err := s.Record(t.Context(), r.Key, 0)
		if err != nil {
			t.Fatal(err)
		}
		if record.Status != want || record.Attempt.Number != attempt {
			t.Errorf("the run is %q by attempt %d, want %q by %d", record.Status, record.Attempt.Number, want, attempt)
		}
	}
	putSweepOf(t, s, "x", Replace, r)
	expect(run.New, 0)
	fail(t, s, r, run.Failed, "out of memory")
	expect(run.Failed, 1)
	fail(t, s, r, run.Diverged, "the loss is infinite")
	expect(run.Diverged, 2)
	begin(t, s, r)
	expect(run.Running, 3)
	late := begin(t, s, r) // attempt 3 has lost its process
	expect(run.Running, 4)
	finish(t, s, r, 7, measured("ece", 0.25)) // and so has attempt 4, it seems
	expect(run.Finished, 5)
	late.Status, late.Ended, late.Result.Seconds = run.Finished, started.Add(time.Hour), 9
	end(t, s, late)
	expect(run.Finished, 5)
	fail(t, s, r, run.Failed, "again")
	expect(run.Finished, 5)

	attempts, err := s.Attempts(t.Context(), r.Key, 0)
	if err != nil {
		t.Fatal(err)
	}
	var states []run.Status
	for _, a := range attempts {
		states = append(states, a.Status)
	}
	want := []run.Status{run.Failed, run.Diverged, run.Interrupted, run.Finished, run.Finished, run.Failed}
	if !slices.Equal(states, want) {
		t.Errorf("the attempts are %v, want %v", states, want)
	}
	if attempts[2].Reason != lost || !attempts[2].Ended.IsZero() {
		t.Errorf("the lost attempt is %+v", attempts[2])
	}
	if finished, err := s.Finished(t.Context(), r.Key); err != nil || !finished {
		t.Errorf("Finished: %v, %v", finished, err)
	}
}

func TestLateFailureDoesNotHideTheLastAttempt(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 0)
	late := begin(t, s, r)
	begin(t, s, r)
	late.Status, late.Ended = run.Failed, started.Add(time.Hour)
	end(t, s, late)
	if got := status(t, s.Reader, r.Key); got != run.Running {
		t.Errorf("the run is %q while its second attempt is running", got)
	}
}

func TestMarkInterrupted(t *testing.T) {
	s, _ := openTemporary(t)
	gone, done, untried := newRun(t, "focal gamma=2", 0), newRun(t, "focal gamma=2", 1), newRun(t, "focal gamma=2", 2)
	other := newRun(t, "focal gamma=2", 3)
	putSweepOf(t, s, "x", Replace, gone, done, untried, other)
	begin(t, s, gone)
	finish(t, s, done, 1)
	begin(t, s, other)
	if err := s.MarkInterrupted(t.Context(), []run.Key{gone.Key, done.Key, untried.Key, "unknown"}); err != nil {
		t.Fatal(err)
	}
	want := map[run.Key]run.Status{gone.Key: run.Interrupted, done.Key: run.Finished, untried.Key: run.New, other.Key: run.Running}
	for key, status := range want {
		if got, err := s.Statuses(t.Context(), []run.Key{key}); err != nil || got[key] != status {
			t.Errorf("got %v (%v), want %q", got, err, status)
		}
	}
}

func TestEndRefuses(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 0)
	a := begin(t, s, r)
	a.Status, a.Ended = run.Finished, started.Add(time.Second)
	refuse := func(want string, change func(a *run.Attempt)) {
		t.Helper()
		changed := a
		change(&changed)
		if err := s.End(t.Context(), changed); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
		if got := status(t, s.Reader, r.Key); got != run.Running {
			t.Errorf("%s: the run is %q", want, got)
		}
	}
	refuse(`cannot end as "running"`, func(a *run.Attempt) { a.Status = run.Running })
	refuse("never started", func(a *run.Attempt) { a.Number = 2 })
	refuse("never started", func(a *run.Attempt) { a.Run = "unknown" })
	refuse("lacks the time", func(a *run.Attempt) { a.Ended = time.Time{} })
	refuse("unknown", func(a *run.Attempt) { a.Result.Metrics = []run.Metric{measured("elegance", 1)} })
	refuse("stands twice", func(a *run.Attempt) { a.Result.Metrics = []run.Metric{measured("ece", 1), measured("ece", 2)} })
	end(t, s, a)
	if err := s.End(t.Context(), a); err == nil || !strings.Contains(err.Error(), "has ended") {
		t.Errorf("an attempt ends twice: %v", err)
	}
}

// drawFloat draws any float64 but negative zero, which SQLite stores as zero.
func drawFloat(special ...float64) *rapid.Generator[float64] {
	some := rapid.SampledFrom(append(special, 0, 0.1, 1.0/3, 5e-324, math.MaxFloat64))
	return rapid.Map(rapid.OneOf(rapid.Float64(), some), func(f float64) float64 { return f + 0 })
}

// drawAttempt draws what came out of a finished attempt, in the order in which it is read back.
func drawAttempt(t *rapid.T, a run.Attempt) run.Attempt {
	number := drawFloat(math.NaN(), math.Inf(1), math.Inf(-1))
	value := func(label string) float64 { return number.Draw(t, label) }
	a.Status, a.Ended, a.Epoch = run.Finished, started.Add(time.Hour), rapid.IntRange(0, 99).Draw(t, "epoch")
	a.Resumed = rapid.IntRange(0, 99).Draw(t, "resumed")
	a.Reason = rapid.String().Draw(t, "reason")
	a.Provenance.CPU, a.Provenance.PeakMemory = "Xeon <é> \"x\"", math.MaxInt64
	a.Result.Seconds = drawFloat().Draw(t, "seconds")
	for _, split := range []run.Split{run.Train, run.Validation, run.Test} {
		for _, calibration := range run.Calibrations {
			for _, name := range run.MetricNames {
				if rapid.Bool().Draw(t, "measured") {
					m := run.Metric{Split: split, Calibration: calibration, Name: name, Value: run.Number(value(name))}
					a.Result.Metrics = append(a.Result.Metrics, m)
				}
			}
			if n := rapid.IntRange(0, 3).Draw(t, "bins"); n > 0 {
				curve := run.Reliability{Split: split, Calibration: calibration}
				for range n {
					curve.Bins = append(curve.Bins, run.Bin{
						Lower: value("lower"), Upper: value("upper"), Count: rapid.Int().Draw(t, "count"),
						Confidence: value("confidence"), Accuracy: value("accuracy"),
					})
				}
				a.Result.Reliability = append(a.Result.Reliability, curve)
			}
			if rapid.Bool().Draw(t, "counted") {
				a.Result.Histograms = append(a.Result.Histograms, drawHistograms(t, split, calibration)...)
			}
		}
	}
	for epoch := range rapid.IntRange(0, 12).Draw(t, "epochs") {
		a.History = append(a.History, run.Epoch{Number: epoch + 1, Metrics: []run.EpochMetric{
			{Split: run.Train, Name: "learning_rate", Value: run.Number(value("rate"))},
			{Split: run.Train, Name: "loss", Value: run.Number(value("loss"))},
			{Split: run.Validation, Name: "nll", Value: run.Number(value("nll"))},
		}})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "artefacts") {
		a.Artefacts = append(a.Artefacts, run.Artefact{
			Kind: "test-logits", Path: fmt.Sprintf("%d.npy", i), SHA256: "ab", Bytes: rapid.Int64().Draw(t, "bytes"),
		})
	}
	return a
}

// drawHistograms draws one histogram for each outcome.
func drawHistograms(t *rapid.T, split run.Split, calibration run.Calibration) []run.Histogram {
	finite, count := drawFloat(), rapid.OneOf(drawFloat(), rapid.Map(rapid.IntRange(0, 1e6), func(n int) float64 { return float64(n) }))
	var all []run.Histogram
	for _, outcome := range []run.Outcome{run.Right, run.Wrong} {
		all = append(all, run.Histogram{
			Split: split, Calibration: calibration, Quantity: run.Entropy, Outcome: outcome,
			Lower: finite.Draw(t, "lower"), Upper: finite.Draw(t, "upper"), Counts: rapid.SliceOfN(count, 1, 5).Draw(t, "counts"),
		})
	}
	return all
}

func TestRecordSurvivesTheDatabase(t *testing.T) {
	s, _ := openTemporary(t)
	seed := int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		seed++
		lr := run.Field{Path: "optimizer.momentum", Value: drawFloat().Draw(rt, "momentum")}
		note := run.Field{Path: "note", Value: rapid.String().Filter(isValid).Draw(rt, "note")}
		r := newRun(t, "focal gamma=2", seed, lr, note)
		a := drawAttempt(rt, begin(t, s, r))
		end(t, s, a)
		got, err := s.Record(t.Context(), r.Key, History|Bins|Artefacts|Histograms)
		if err != nil {
			rt.Fatal(err)
		}
		want := run.Record{Run: r, Status: run.Finished, Attempt: a}
		if !reflect.DeepEqual(got.Config, want.Config) || bits(t, got) != bits(t, want) {
			rt.Errorf("got\n%s\nwant\n%s", bits(t, got), bits(t, want))
		}
	})
}

func isValid(s string) bool { return strings.ToValidUTF8(s, "") == s && !strings.Contains(s, "\x00") }

// bits writes a record as JSON, in which numbers stand in digits that tell any two apart.
func bits(t *testing.T, r run.Record) string {
	t.Helper()
	curves := r.Attempt.Result.Reliability
	r.Attempt.Result.Reliability = nil
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %v", text, curves)
}

func TestNegativeZeroIsZero(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 0)
	finish(t, s, r, 1, measured("ece", math.Copysign(0, -1)))
	record, err := s.Record(t.Context(), r.Key, 0)
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := record.Attempt.Result.Value(run.Test, run.Uncalibrated, "ece"); !ok || v != 0 || math.Signbit(v) {
		t.Errorf("got %v, %v", v, ok)
	}
}

func TestDetailsAreLoadedOnDemand(t *testing.T) {
	s, _ := openTemporary(t)
	r := newRun(t, "focal gamma=2", 0)
	a := begin(t, s, r)
	a.Status, a.Ended = run.Diverged, started.Add(time.Second)
	a.History = []run.Epoch{{Number: 1, Metrics: []run.EpochMetric{{Split: run.Train, Name: "loss", Value: run.Number(math.Inf(1))}}}}
	end(t, s, a)
	for _, details := range []Detail{0, History, Bins | Artefacts | Histograms} {
		record, err := s.Record(t.Context(), r.Key, details)
		if err != nil {
			t.Fatal(err)
		}
		if loaded := len(record.Attempt.History) > 0; loaded != (details&History != 0) {
			t.Errorf("details %b: the history is loaded: %v", details, loaded)
		}
	}
}

// TestTwoWritersNeverFail has two handles, as two processes have them, record at once.
func TestTwoWritersNeverFail(t *testing.T) {
	first, path := openTemporary(t)
	second := openAt(t, path)
	const each = 25
	var group sync.WaitGroup
	for i, s := range []*Store{first, first, second, second} {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := range each {
				seed := int64(i*each + n)
				r := newRun(t, "focal gamma=2", seed)
				a := run.Attempt{Run: r.Key, Started: started, Ended: started, Status: run.Finished}
				var err error
				if a.Number, err = s.Begin(t.Context(), r, a); err == nil {
					err = s.End(t.Context(), a)
				}
				if err != nil {
					t.Error(err)
				}
				if _, err := s.List(t.Context(), Filter{}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	if got := len(labels(t, second.Reader, Filter{Statuses: []run.Status{run.Finished}})); got != 4*each {
		t.Errorf("%d runs are finished, want %d", got, 4*each)
	}
}

func TestWriterThatWaitsTooLong(t *testing.T) {
	s, path := openTemporary(t)
	other := openAt(t, path)
	tx, err := other.writer.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.writer.Exec("PRAGMA busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	r := newRun(t, "focal gamma=2", 0)
	_, err = s.Begin(t.Context(), r, run.Attempt{Started: started})
	check(t, "Begin", err, ErrBusy)
	if _, err := s.List(t.Context(), Filter{}); err != nil {
		t.Errorf("a reader waits for a writer: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	begin(t, s, r)
}

func TestStoppedWriterRecordsNothing(t *testing.T) {
	s, _ := openTemporary(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.PutSweep(ctx, Sweep{Name: "x"}, []run.Run{newRun(t, "focal gamma=2", 0)}, Replace)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
	if sweeps, err := s.Sweeps(t.Context()); err != nil || len(sweeps) > 0 {
		t.Errorf("there are %v, %v", sweeps, err)
	}
}

// TestAClockThatIsSetBackDecidesNothing has attempts start before the ones that they follow.
func TestAClockThatIsSetBackDecidesNothing(t *testing.T) {
	s, _ := openTemporary(t)
	for name, c := range map[string]struct {
		ends    []run.Status
		status  run.Status
		attempt int
	}{
		"fails, then finishes": {[]run.Status{run.Failed, run.Finished}, run.Finished, 2},
		"finishes once":        {[]run.Status{run.Interrupted, run.Finished, run.Failed}, run.Finished, 2},
		"the last one counts":  {[]run.Status{run.Failed, run.Interrupted, run.Diverged}, run.Diverged, 3},
	} {
		r := newRun(t, "focal gamma=2", int64(len(name)))
		for i, status := range c.ends {
			when := started.Add(-time.Duration(i) * time.Hour)
			a := run.Attempt{Run: r.Key, Started: when, Ended: when.Add(-time.Minute), Status: status}
			var err error
			if a.Number, err = s.Begin(t.Context(), r, a); err != nil {
				t.Fatal(err)
			}
			end(t, s, a)
		}
		record, err := s.Record(t.Context(), r.Key, 0)
		if err != nil || record.Status != c.status || record.Attempt.Number != c.attempt {
			t.Errorf("%s: %s by attempt %d: %v", name, record.Status, record.Attempt.Number, err)
		}
	}
}
