package runner_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
)

func TestStop(t *testing.T) {
	tests := []struct {
		name   string
		script string // of the run that is under way
		stop   func(s *runner.Stopper)
		status run.Status
		reason string
		signal os.Signal
	}{
		{"graceful", "ok", func(s *runner.Stopper) { s.Stop(runner.Graceful, syscall.SIGINT) },
			run.Finished, "", syscall.SIGINT},
		{"now", "wait", func(s *runner.Stopper) { s.Stop(runner.Now, syscall.SIGTERM) },
			run.Interrupted, "stopped by SIGTERM", syscall.SIGTERM},
		{"now, while it hangs", "hang", func(s *runner.Stopper) { s.Stop(runner.Now, syscall.SIGHUP) },
			run.Interrupted, "stopped by SIGHUP", syscall.SIGHUP},
		{"kill", "hang", func(s *runner.Stopper) { s.Stop(runner.Kill, syscall.SIGINT) },
			run.Interrupted, "stopped by Ctrl-C", syscall.SIGINT},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			options, recorder := playing(t)
			options.Stop = runner.NewStopper()
			options.Grace = 200 * time.Millisecond
			options.Observer = observer{epoch: func(run.Run, run.Epoch) { test.stop(options.Stop) }}
			runs := scripted(t, test.script, "ok", "ok")
			summary, err := runner.Run(context.Background(), runs, options)
			var stopped *runner.Stopped
			if !errors.As(err, &stopped) || stopped.Signal != test.signal {
				t.Errorf("error %v", err)
			}
			if len(recorder.attempts) != 1 || summary.Left != 2 || summary.Finished+summary.Interrupted != 1 {
				t.Fatalf("%d attempts, summary %+v", len(recorder.attempts), summary)
			}
			if a := recorder.attempts[0]; a.Status != test.status || a.Reason != test.reason {
				t.Errorf("%s: %q", a.Status, a.Reason)
			}
		})
	}
}

func TestEndOfTheContextInterrupts(t *testing.T) {
	options, recorder := playing(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	options.Observer = observer{epoch: func(run.Run, run.Epoch) { cancel() }}
	summary, err := runner.Run(ctx, scripted(t, "wait", "ok"), options)
	if !errors.Is(err, context.Canceled) || summary.Interrupted != 1 || summary.Left != 1 {
		t.Errorf("summary %+v: %v", summary, err)
	}
	if recorder.attempts[0].Status != run.Interrupted {
		t.Errorf("attempt %+v", recorder.attempts[0])
	}
}

func TestStopWhileAWorkerStarts(t *testing.T) {
	options, recorder := playing(t)
	options.Env = append(os.Environ(), role+"=stranger")
	options.Stop = runner.NewStopper()
	options.Stop.Stop(runner.Now, syscall.SIGTERM)
	_, err := runner.Run(context.Background(), scripted(t, "ok"), options)
	var stopped *runner.Stopped
	if !errors.As(err, &stopped) || len(recorder.began) != 0 {
		t.Errorf("error %v", err)
	}
}

func TestFailuresStop(t *testing.T) {
	tests := []struct {
		name    string
		scripts string
		change  func(o *runner.Options)
		ended   int
		error   string
	}{
		{"the first three", "fail fail fail ok", func(*runner.Options) {}, 3, "the first 3 runs all failed within a minute"},
		{"not after a success", "fail ok fail fail ok", func(*runner.Options) {}, 5, ""},
		{"divergence is no sign", "diverge diverge diverge diverge", func(*runner.Options) {}, 4, ""},
		{"fail fast", "ok fail ok", func(o *runner.Options) { o.FailFast = true }, 2, "a run failed"},
		{"a limit", "fail diverge ok fail ok ok", func(o *runner.Options) { o.MaxFailures = 3 }, 4, "3 runs failed"},
		{"a limit above three", "fail fail fail ok", func(o *runner.Options) { o.MaxFailures = 4 }, 4, ""},
		{"nothing is left", "ok fail", func(o *runner.Options) { o.FailFast = true }, 2, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			options, recorder := playing(t)
			test.change(&options)
			scripts := strings.Fields(test.scripts)
			summary, err := runner.Run(context.Background(), scripted(t, scripts...), options)
			if len(recorder.attempts) != test.ended || summary.Left != len(scripts)-test.ended {
				t.Errorf("%d attempts, summary %+v", len(recorder.attempts), summary)
			}
			var policy *runner.PolicyError
			switch {
			case test.error == "" && err != nil:
				t.Errorf("error %v", err)
			case test.error != "" && (!errors.As(err, &policy) || policy.Reason != test.error):
				t.Errorf("error %v, want %s", err, test.error)
			}
		})
	}
}

// A second process of this test plays experiment; signals come from outside, as from a terminal.
func TestSignalsStopAnotherProcess(t *testing.T) {
	tests := []struct {
		name    string
		script  string
		signals []syscall.Signal // each once the level before is announced
		output  []string         // contained
	}{
		{"Ctrl-C", "gate", []syscall.Signal{syscall.SIGINT}, []string{"level 0", "ended finished", "verdict <nil>"}},
		{"Ctrl-C twice", "wait", []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, []string{"level 1", "ended interrupted"}},
		{"Ctrl-C thrice", "hang", []syscall.Signal{syscall.SIGINT, syscall.SIGINT, syscall.SIGINT}, []string{"level 2", "ended interrupted"}},
		{"SIGTERM", "wait", []syscall.Signal{syscall.SIGTERM}, []string{"level 1", "ended interrupted", "stopped by SIGTERM"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			parent := startParent(t, test.script)
			parent.await(t, "epoch")
			for i, signal := range test.signals {
				if err := parent.command.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				// The terminal sends it to the worker, too, which the last one may have ended by now.
				if err := syscall.Kill(parent.worker, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
					t.Fatal(err)
				}
				if i == 0 && test.script == "gate" {
					parent.await(t, "level 0")
					if err := os.WriteFile(filepath.Join(parent.data, "gate"), nil, 0o600); err != nil {
						t.Fatal(err)
					}
				} else if i < len(test.signals)-1 {
					parent.await(t, "level ")
				}
			}
			parent.await(t, "verdict")
			for _, want := range test.output {
				if !strings.Contains(parent.output, want) {
					t.Errorf("the output lacks %q:\n%s", want, parent.output)
				}
			}
			awaitGone(t, parent.worker)
		})
	}
}

func TestWorkerDiesWithItsParent(t *testing.T) {
	parent := startParent(t, "hang")
	parent.await(t, "epoch")
	if err := parent.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	awaitGone(t, parent.worker)
	await(t, "the kernel drops the lock", func() bool {
		_, held, err := runner.Held(parent.files, parent.key)
		if err != nil {
			t.Fatal(err)
		}
		return !held
	})
}
