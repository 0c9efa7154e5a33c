package runner_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
)

func TestRunsAreMadeInOrderAndRecordedWhole(t *testing.T) {
	options, recorder := playing(t)
	options.Threads = 3
	runs := scripted(t, "ok", "ok", "ok")
	summary, err := runner.Run(context.Background(), runs, options)
	if err != nil {
		t.Fatal(err)
	}
	if summary.Finished != 3 || summary.Left != 0 || len(summary.Failures) != 0 {
		t.Errorf("summary %+v", summary)
	}
	for i, r := range runs {
		a := recorder.attempts[i]
		if recorder.began[i] != r.Key || a.Run != r.Key || a.Number != i+1 {
			t.Errorf("attempt %d is number %d of run %s, not %s", i, a.Number, a.Run.Short(), r.Key.Short())
		}
		if a.Status != run.Finished || a.Reason != "" || a.Epoch != 3 || len(a.History) != 3 || a.Ended.Before(a.Started) {
			t.Errorf("attempt %+v", a)
		}
		if accuracy, ok := a.Result.Value(run.Test, run.Uncalibrated, "accuracy"); !ok || accuracy != 1/float64(1+i) {
			t.Errorf("accuracy of run %d is %v", i, accuracy)
		}
		p := a.Provenance
		if p.Environment["OMP_NUM_THREADS"] != "3" || p.Device != "cpu" || p.DataChecksum != "checksum" || p.PeakMemory < 1<<20 {
			t.Errorf("provenance %+v", p)
		}
		if a.PID != recorder.attempts[0].PID {
			t.Error("a worker was replaced without need")
		}
		content, err := os.ReadFile(filepath.Join(options.Files, string(r.Key), a.Artefacts[0].Path))
		if err != nil || int64(len(content)) != a.Artefacts[0].Bytes {
			t.Errorf("artefact %q: %v", content, err)
		}
		log, err := os.ReadFile(filepath.Join(options.Files, a.Log))
		if err != nil || string(log) != "script ok\n" {
			t.Errorf("log %q: %v", log, err)
		}
		if _, held, err := runner.Held(options.Files, r.Key); held || err != nil {
			t.Errorf("run %d is held afterwards: %v", i, err)
		}
	}
}

// A worker that ends, breaks the protocol or hangs takes its own run with it and no other.
func TestTroubleTakesOneRun(t *testing.T) {
	tests := []struct {
		script string
		status run.Status
		reason string // contained
		tail   string // contained
	}{
		{"segfault", run.Failed, "killed by signal segmentation fault", "last words"},
		{"abort", run.Failed, "crashed: SIGABRT: abort", "terminate called after throwing"},
		{"panic", run.Failed, "crashed: panic: a bug", "panic: a bug"},
		{"kill", run.Failed, "killed by SIGKILL (out of memory?)", "script kill"},
		{"exit", run.Failed, "exit status 3", "going [31mdown"},
		{"leave", run.Failed, "exit status 0 without a result", ""},
		{"garbage", run.Failed, "protocol: decoding message \"result\"", ""},
		{"oversize", run.Failed, "a line is longer than 16 MiB", ""},
		{"half", run.Failed, "exit status 0 without a result", ""},
		{"mute", run.Failed, "protocol: the worker closed its messages without a result", ""},
		{"hang", run.Failed, "timed out after 2.0 s", ""},
		{"resume late", run.Failed, "protocol: the run resumed after it had begun", ""},
		{"lie", run.Failed, "artefact test-logits.npy has 11 bytes, not 12", ""},
		{"fail", run.Failed, "multiplying: shapes do not fit", "script fail"},
		{"missing", run.Failed, "no data", ""},
		{"diverge", run.Diverged, "the loss is not finite", ""},
	}
	for _, test := range tests {
		t.Run(test.script, func(t *testing.T) {
			t.Parallel()
			options, recorder := playing(t)
			if test.script == "hang" {
				options.Timeout = 2 * time.Second // enough for the others on a busy machine
			}
			var tail string
			options.Observer = observer{ended: func(_ run.Run, a run.Attempt, text string) {
				if a.Status != run.Finished {
					tail = text
				}
			}}
			summary, err := runner.Run(context.Background(), scripted(t, "ok", test.script, "ok"), options)
			if err != nil {
				t.Fatal(err)
			}
			if summary.Finished != 2 || summary.Failed+summary.Diverged != 1 || len(summary.Failures) != 1 {
				t.Errorf("summary %+v", summary)
			}
			a := recorder.attempts[1]
			if a.Status != test.status || !strings.Contains(a.Reason, test.reason) {
				t.Errorf("%s: %s; want %s: %s", a.Status, a.Reason, test.status, test.reason)
			}
			if summary.Failures[0].Reason != a.Reason || summary.Failures[0].Log != a.Log {
				t.Errorf("failure %+v", summary.Failures[0])
			}
			if !strings.Contains(tail, test.tail) {
				t.Errorf("the end of the log is %q", tail)
			}
			if len(a.History) == 0 || a.Epoch != len(a.History) {
				t.Errorf("%d epochs are recorded, the last is %d", len(a.History), a.Epoch)
			}
		})
	}
}

func TestWorkerThatCannotStartEndsEverything(t *testing.T) {
	t.Run("missing", func(t *testing.T) {
		options, recorder := playing(t)
		options.Worker = []string{filepath.Join(t.TempDir(), "experiment-worker")}
		_, err := runner.Run(context.Background(), scripted(t, "ok", "ok"), options)
		var start *runner.StartError
		if !errors.As(err, &start) || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("error %v", err)
		}
		if len(recorder.began) != 0 {
			t.Error("an attempt was recorded")
		}
	})
	t.Run("interrupted", func(t *testing.T) { // Ctrl-C as it starts is no defect of the machine, but for ever it is
		options, _ := playing(t)
		starts := filepath.Join(t.TempDir(), "starts")
		options.Env = append(os.Environ(), role+"=interrupted", "STARTS="+starts)
		_, err := runner.Run(context.Background(), scripted(t, "ok"), options)
		var start *runner.StartError
		if !errors.As(err, &start) || !strings.Contains(err.Error(), "killed by signal interrupt") {
			t.Errorf("error %v", err)
		}
		if content, err := os.ReadFile(starts); err != nil || string(content) != "xxx" {
			t.Errorf("it was started %d times: %v", len(content), err)
		}
	})
	t.Run("library", func(t *testing.T) {
		options, recorder := playing(t)
		options.Jobs = 2
		options.Env = append(os.Environ(), role+"=broken", quickExit)
		summary, err := runner.Run(context.Background(), scripted(t, "ok", "ok"), options)
		var start *runner.StartError
		if !errors.As(err, &start) || !strings.Contains(start.Output, "libtorch.so") || !strings.Contains(err.Error(), "exit status 127") {
			t.Errorf("error %v", err)
		}
		if len(recorder.began) != 0 || summary.Left != 2 {
			t.Errorf("summary %+v", summary)
		}
	})
}

func TestResultsDoNotDependOnJobs(t *testing.T) {
	results := func(jobs int) map[run.Key]run.Result {
		options, recorder := playing(t)
		options.Jobs = jobs
		summary, err := runner.Run(context.Background(), scripted(t, slices.Repeat([]string{"ok"}, 12)...), options)
		if err != nil || summary.Finished != 12 {
			t.Fatalf("summary %+v: %v", summary, err)
		}
		found := map[run.Key]run.Result{}
		for _, a := range recorder.attempts {
			found[a.Run] = a.Result
		}
		return found
	}
	one, two := results(1), results(2)
	for key, result := range one {
		if other := two[key]; !slices.Equal(result.Metrics, other.Metrics) {
			t.Errorf("run %s: %v and %v", key.Short(), result.Metrics, other.Metrics)
		}
	}
}

func TestTwoRunnersMakeNoRunTwice(t *testing.T) {
	options, recorder := playing(t)
	options.Jobs = 2
	runs := scripted(t, slices.Repeat([]string{"ok"}, 30)...)
	summaries := make([]runner.Summary, 3)
	var all sync.WaitGroup
	for i := range summaries {
		all.Add(1)
		go func() {
			defer all.Done()
			var err error
			if summaries[i], err = runner.Run(context.Background(), runs, options); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if len(recorder.twice) != 0 {
		t.Errorf("%d runs were made twice", len(recorder.twice))
	}
	finished := 0
	for _, s := range summaries {
		finished += s.Finished
		if s.Finished+s.Already+s.Elsewhere != len(runs) {
			t.Errorf("summary %+v", s)
		}
	}
	if finished != len(runs) {
		t.Errorf("%d of %d runs are finished", finished, len(runs))
	}
}

func TestRunMadeElsewhereIsSkipped(t *testing.T) {
	options, _ := playing(t)
	runs := scripted(t, "gate", "ok")
	var once sync.Once
	var inner runner.Summary
	var owner string
	options.Observer = observer{epoch: func(r run.Run, _ run.Epoch) {
		once.Do(func() { // while the first run is under way
			second := options
			second.Observer = observer{skipped: func(_ run.Run, why string) { owner = why }}
			var err error
			if inner, err = runner.Run(context.Background(), runs, second); err != nil {
				t.Error(err)
			}
			if _, held, err := runner.Held(options.Files, r.Key); !held || err != nil {
				t.Errorf("the run under way is not held: %v", err)
			}
			if err := os.WriteFile(filepath.Join(options.DataDir, "gate"), nil, 0o600); err != nil {
				t.Error(err)
			}
		})
	}}
	outer, err := runner.Run(context.Background(), runs, options)
	if err != nil {
		t.Fatal(err)
	}
	if inner.Elsewhere != 1 || inner.Finished != 1 || outer.Finished != 1 || outer.Already != 1 {
		t.Errorf("summaries %+v and %+v", outer, inner)
	}
	if !strings.HasPrefix(owner, "process ") || !strings.HasSuffix(owner, " is making it") {
		t.Errorf("owner %q", owner)
	}
}

func TestFaultOfTheRecorderEndsEverything(t *testing.T) {
	options, recorder := playing(t)
	recorder.fault = syscall.ENOSPC
	summary, err := runner.Run(context.Background(), scripted(t, "ok", "ok"), options)
	if !errors.Is(err, syscall.ENOSPC) || summary.Left != 1 {
		t.Errorf("summary %+v: %v", summary, err)
	}
}

// Nobody is told that a run finished, or is interrupted, whose end could not be recorded.
func TestWhatIsNotRecordedHasFailed(t *testing.T) {
	for script, want := range map[string]string{"ok": "no space left on device", "fail": "multiplying: shapes do not fit; no space left on device"} {
		options, recorder := playing(t)
		recorder.fault = syscall.ENOSPC
		var told []run.Attempt
		options.Observer = observer{ended: func(_ run.Run, a run.Attempt, _ string) { told = append(told, a) }}
		summary, err := runner.Run(context.Background(), scripted(t, script), options)
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: error %v", script, err)
		}
		if len(told) != 1 || told[0].Status != run.Failed || told[0].Reason != want {
			t.Errorf("%s: the observer is told %+v", script, told)
		}
		if summary.Finished != 0 || summary.Failed != 1 || len(summary.Failures) != 1 || summary.Failures[0].Reason != want {
			t.Errorf("%s: summary %+v", script, summary)
		}
	}
}

func TestFullDiskEndsEverything(t *testing.T) {
	options, recorder := playing(t)
	summary, err := runner.Run(context.Background(), scripted(t, "full", "ok"), options)
	var folder *runner.FolderError
	if !errors.As(err, &folder) || summary.Left != 1 || summary.Interrupted != 1 {
		t.Errorf("summary %+v: %v", summary, err)
	}
	if len(recorder.attempts) != 1 || recorder.attempts[0].Status != run.Interrupted || !strings.Contains(recorder.attempts[0].Reason, "no space left") {
		t.Errorf("attempts %+v", recorder.attempts)
	}
}

func TestFolderThatCannotBeMade(t *testing.T) {
	options, recorder := playing(t)
	options.Files = filepath.Join(os.DevNull, "x.files")
	_, err := runner.Run(context.Background(), scripted(t, "ok"), options)
	var folder *runner.FolderError
	if !errors.As(err, &folder) || len(recorder.began) != 0 {
		t.Errorf("error %v", err)
	}
}
