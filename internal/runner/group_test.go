package runner_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
)

// sideBySide is playing, with up to so many runs in a worker.
func sideBySide(t *testing.T, most int) (runner.Options, *memory) {
	t.Helper()
	options, recorder := playing(t)
	options.Fuse = func(run.Run) (string, int) { return "", most }
	options.Place = func(checkpoint string) string {
		content, err := os.ReadFile(checkpoint)
		if err != nil {
			return ""
		}
		return string(content)
	}
	options.Begun = func(checkpoint string) []run.Key {
		content, err := os.ReadFile(checkpoint)
		var group []run.Key
		for key := range strings.FieldsSeq(string(content)) {
			group = append(group, run.Key(key))
		}
		if err != nil || len(group) < 2 {
			return nil
		}
		return group
	}
	return options, recorder
}

// begun leaves checkpoints of those runs whose numbers are given, that say that all were begun in one group.
func begun(t *testing.T, options runner.Options, runs []run.Run, left ...int) {
	t.Helper()
	var group strings.Builder
	for _, r := range runs {
		fmt.Fprintln(&group, r.Key)
	}
	for _, i := range left {
		folder := filepath.Join(options.Files, string(runs[i].Key))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "checkpoint"), []byte(group.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// last returns the last attempt of a run, and how many there were.
func last(t *testing.T, recorder *memory, r run.Run) (run.Attempt, int) {
	t.Helper()
	var found run.Attempt
	n := 0
	for _, a := range recorder.attempts {
		if a.Run == r.Key {
			found = a
			n++
		}
	}
	if n == 0 {
		t.Fatalf("run %s has no attempt", r.Label)
	}
	return found, n
}

func TestRunsOfOneWorkerHaveEachTheirOwn(t *testing.T) {
	options, recorder := sideBySide(t, 4)
	runs := scripted(t, "ok", "ok", "diverge", "ok")
	options.Observer = observer{ended: func(r run.Run, _ run.Attempt, tail string) {
		if r.Key == runs[2].Key && tail != "" {
			t.Errorf("of the run that diverges the end of the log is shown: %q", tail)
		}
	}}
	summary, err := runner.Run(context.Background(), runs, options)
	if err != nil {
		t.Fatal(err)
	}
	if summary.Finished != 3 || summary.Diverged != 1 || summary.Left != 0 {
		t.Errorf("summary %+v", summary)
	}
	for i, r := range runs {
		a, n := last(t, recorder, r)
		if n != 1 || a.PID != recorder.attempts[0].PID {
			t.Errorf("run %d has %d attempts, and process %d made it", i, n, a.PID)
		}
		if i == 2 {
			if a.Status != run.Diverged || a.Reason != "the loss is not finite" || a.Epoch != 1 || a.Provenance.Replicas != 4 || a.Provenance.Device != "cpu" {
				t.Errorf("the run that diverges: %+v", a)
			}
			continue
		}
		accuracy, ok := a.Result.Value(run.Test, run.Uncalibrated, "accuracy")
		if a.Status != run.Finished || len(a.History) != 3 || !ok || accuracy != 1/float64(1+i) {
			t.Errorf("run %d: %+v", i, a)
		}
		content, err := os.ReadFile(filepath.Join(options.Files, string(r.Key), a.Artefacts[0].Path))
		if err != nil || int64(len(content)) != a.Artefacts[0].Bytes {
			t.Errorf("artefact of run %d: %q, %v", i, content, err)
		}
	}
	if recorder.attempts[0].Status != run.Diverged {
		t.Error("the run that diverges was recorded after its neighbours, not when it did")
	}
	if len(recorder.twice) > 0 {
		t.Errorf("made twice: %v", recorder.twice)
	}
}

// What fails among others is made again with half of them, until it fails alone; the others finish.
func TestAFailureIsSplitOff(t *testing.T) {
	for script, reason := range map[string]string{
		"kill":    "killed by SIGKILL (out of memory?)",
		"abort":   "crashed: SIGABRT: abort",
		"fail":    "multiplying: shapes do not fit",
		"garbage": "protocol: decoding message",
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			options, recorder := sideBySide(t, 4)
			var splits []int
			options.Observer = observer{split: func(runs []run.Run, size int, why string) {
				splits = append(splits, len(runs), size)
				if !strings.Contains(why, reason) {
					t.Errorf("%d runs are split for %q", len(runs), why)
				}
			}}
			runs := scripted(t, "ok", "ok", "ok", script)
			summary, err := runner.Run(context.Background(), runs, options)
			if err != nil {
				t.Fatal(err)
			}
			if summary.Finished != 3 || summary.Failed != 1 || summary.Interrupted != 0 || len(summary.Failures) != 1 || summary.Left != 0 {
				t.Errorf("summary %+v", summary)
			}
			if want := []int{4, 2, 2, 1}; !slices.Equal(splits, want) {
				t.Errorf("splits into %v, not %v", splits, want)
			}
			for i, attempts := range []int{2, 2, 3, 3} {
				a, n := last(t, recorder, runs[i])
				if n != attempts {
					t.Errorf("run %d has %d attempts, not %d", i, n, attempts)
				}
				if i == 3 && (a.Status != run.Failed || !strings.Contains(a.Reason, reason)) || i < 3 && a.Status != run.Finished {
					t.Errorf("run %d: %s, %s", i, a.Status, a.Reason)
				}
			}
			if a := recorder.attempts[0]; a.Status != run.Interrupted || !strings.HasPrefix(a.Reason, "made again with fewer: as one of 4 side by side it ended with: ") {
				t.Errorf("the first attempt: %s, %s", a.Status, a.Reason)
			}
		})
	}
}

// A worker that has nothing left to do takes what is to be made again of the group of another: its halves, which wait
// until both are under way, end.
func TestHalvesAreMadeByAllWorkers(t *testing.T) {
	options, recorder := sideBySide(t, 4)
	options.Jobs, options.DataDir, options.Timeout = 2, t.TempDir(), 10*time.Second
	open := func(gate string) {
		if err := os.WriteFile(filepath.Join(options.DataDir, gate), nil, 0o600); err != nil {
			t.Error(err)
		}
	}
	started, ended := 0, 0
	options.Observer = observer{
		started: func(run.Run, run.Attempt) {
			if started++; started == 8+4 {
				open("gate to 2")
			}
		},
		ended: func(run.Run, run.Attempt, string) {
			if ended++; ended == 4 {
				open("gate to 4")
			}
		},
	}
	runs := scripted(t, append(slices.Repeat([]string{"ok"}, 4), slices.Repeat([]string{"gates to 4, 2"}, 4)...)...)
	summary, err := runner.Run(context.Background(), runs, options)
	if err != nil || summary.Finished != 8 || summary.Left != 0 {
		t.Fatalf("%+v: %v", summary, err)
	}
	if len(recorder.twice) > 0 {
		t.Errorf("made twice: %v", recorder.twice)
	}
}

// Where the memory of a device has room for so many runs only, they find that out.
func TestOutOfMemoryMakesGroupsSmaller(t *testing.T) {
	options, recorder := sideBySide(t, 8)
	runs := scripted(t, slices.Repeat([]string{"room for 2"}, 8)...)
	summary, err := runner.Run(context.Background(), runs, options)
	if err != nil || summary.Finished != 8 || summary.Failed != 0 {
		t.Fatalf("%+v: %v", summary, err)
	}
	for _, r := range runs {
		if _, n := last(t, recorder, r); n != 3 { // of 8, of 4, and of 2
			t.Errorf("a run has %d attempts", n)
		}
	}
}

func TestAFailureOfManyIsOneForThePolicy(t *testing.T) {
	options, _ := sideBySide(t, 4)
	options.FailFast = true
	summary, err := runner.Run(context.Background(), scripted(t, "fail", "ok", "ok", "ok", "ok"), options)
	var policy *runner.PolicyError
	if !errors.As(err, &policy) || summary.Failed != 1 {
		t.Errorf("%+v: %v", summary, err)
	}
}

func TestATimeoutIsSharedAndSplits(t *testing.T) {
	options, recorder := sideBySide(t, 2)
	options.Timeout = time.Second
	runs := scripted(t, "hang", "ok")
	summary, err := runner.Run(context.Background(), runs, options)
	if err != nil || summary.Finished != 1 || summary.Failed != 1 {
		t.Fatalf("%+v: %v", summary, err)
	}
	if a := recorder.attempts[0]; !strings.HasSuffix(a.Reason, "timed out after 2.0 s") {
		t.Errorf("two side by side: %s", a.Reason)
	}
	if a, _ := last(t, recorder, runs[0]); a.Status != run.Failed || a.Reason != "timed out after 1.0 s" {
		t.Errorf("alone: %s, %s", a.Status, a.Reason)
	}
}

func TestAStopInterruptsAllOfAGroup(t *testing.T) {
	options, recorder := sideBySide(t, 3)
	options.Stop = runner.NewStopper()
	options.Observer = observer{epoch: func(run.Run, run.Epoch) { options.Stop.Stop(runner.Now, syscall.SIGTERM) }}
	summary, err := runner.Run(context.Background(), scripted(t, "wait", "ok", "ok", "ok", "ok", "ok"), options)
	var stopped *runner.Stopped
	if !errors.As(err, &stopped) || summary.Interrupted != 3 || summary.Left != 3 {
		t.Fatalf("%+v: %v", summary, err)
	}
	for _, a := range recorder.attempts {
		if a.Status != run.Interrupted || a.Reason != "stopped by SIGTERM" {
			t.Errorf("%s: %s", a.Status, a.Reason)
		}
	}
}

// Runs are side by side only where they go on from the same place.
func TestRunsThatGoOnFromElsewhereAreMadeApart(t *testing.T) {
	options, recorder := sideBySide(t, 4)
	runs := scripted(t, "ok", "ok", "ok", "ok")
	for i, place := range []string{"", "epoch 2", "", "epoch 2"} {
		folder := filepath.Join(options.Files, string(runs[i].Key))
		err := os.MkdirAll(folder, 0o755)
		if err == nil && place != "" {
			err = os.WriteFile(filepath.Join(folder, "checkpoint"), []byte(place), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var order []string
	options.Observer = observer{started: func(r run.Run, a run.Attempt) {
		order = append(order, string(r.Key))
	}}
	summary, err := runner.Run(context.Background(), runs, options)
	if err != nil || summary.Finished != 4 {
		t.Fatalf("%+v: %v", summary, err)
	}
	if want := []string{string(runs[0].Key), string(runs[2].Key), string(runs[1].Key), string(runs[3].Key)}; !slices.Equal(order, want) {
		t.Errorf("they start in the order %v, not %v", order, want)
	}
	for i, want := range []int{0, 2, 0, 2} {
		if a, n := last(t, recorder, runs[i]); a.Resumed != want || n != 1 {
			t.Errorf("run %d resumes in epoch %d, in %d attempts", i, a.Resumed, n)
		}
	}
}

// Runs that were begun side by side go on so, whatever they are to be made as now.
func TestAGroupStaysTogether(t *testing.T) {
	for _, most := range []int{1, 2, 6} {
		options, recorder := sideBySide(t, most)
		options.Jobs = 2
		runs := scripted(t, slices.Repeat([]string{"ok"}, 8)...)
		begun(t, options, runs[2:7], 0, 1, 3, 4) // of which the third is not to be made any more
		wanted := append(runs[:4:4], runs[5:]...)
		if all := options.Groups(wanted); !slices.ContainsFunc(all, func(group runner.Group) bool {
			return len(group.Runs) == 4 && group.Runs[0].Key == runs[2].Key && group.Replicas == 5
		}) {
			t.Errorf("%d side by side at most are made as %v", most, all)
		}
		summary, err := runner.Run(context.Background(), wanted, options)
		if err != nil || summary.Finished != 7 {
			t.Fatalf("%+v: %v", summary, err)
		}
		for _, i := range []int{2, 3, 5, 6} {
			a, n := last(t, recorder, runs[i])
			if n != 1 || a.Resumed != 2 || a.Provenance.Replicas != 4 {
				t.Errorf("run %d resumes in epoch %d, as one of %d, in %d attempts", i, a.Resumed, a.Provenance.Replicas, n)
			}
		}
	}
}

// Where a group that goes on fails, its runs start over with fewer, also the only one that is left of it.
func TestAGroupThatGoesOnIsSplit(t *testing.T) {
	for _, left := range [][]int{{2}, {0, 2, 3}} {
		options, recorder := sideBySide(t, 1)
		options.Timeout = time.Minute
		runs := scripted(t, slices.Repeat([]string{"fail from a checkpoint"}, 4)...)
		begun(t, options, runs, left...)
		var wanted []run.Run
		for _, i := range left {
			wanted = append(wanted, runs[i])
		}
		summary, err := runner.Run(context.Background(), wanted, options)
		if err != nil || summary.Finished != len(left) || summary.Failed+summary.Interrupted > 0 {
			t.Fatalf("%+v: %v", summary, err)
		}
		for _, r := range wanted {
			a, n := last(t, recorder, r)
			if a.Status != run.Finished || a.Resumed != 0 || n != 2 {
				t.Errorf("of %d left: %s, resumed in epoch %d, in %d attempts", len(left), a.Status, a.Resumed, n)
			}
		}
		if a := recorder.attempts[0]; a.Resumed != 2 || !strings.HasPrefix(a.Reason, "made again with fewer: as one of 4 side by side it ended with: ") {
			t.Errorf("the first attempt resumes in epoch %d: %s", a.Resumed, a.Reason)
		}
	}
}

// An attempt that cannot be begun leaves none of its group under way.
func TestABeginningThatFailsEndsTheGroup(t *testing.T) {
	options, recorder := sideBySide(t, 3)
	options.Recorder = &failing{memory: recorder, at: 3}
	runs := scripted(t, "ok", "ok", "ok")
	if _, err := runner.Run(context.Background(), runs, options); err == nil || !strings.Contains(err.Error(), "no room in the book") {
		t.Fatalf("error %v", err)
	}
	if len(recorder.attempts) != 2 || recorder.attempts[0].Status != run.Failed {
		t.Errorf("attempts %+v", recorder.attempts)
	}
	for _, r := range runs {
		if _, held, err := runner.Held(options.Files, r.Key); held || err != nil {
			t.Errorf("run %s is held afterwards: %v", r.Key.Short(), err)
		}
	}
}

// failing is a Recorder whose beginning of a number fails.
type failing struct {
	*memory
	at int
}

func (f *failing) Begin(ctx context.Context, r run.Run, a run.Attempt) (int, error) {
	number, err := f.memory.Begin(ctx, r, a)
	if err == nil && number == f.at {
		err = errors.New("no room in the book")
	}
	return number, err
}
