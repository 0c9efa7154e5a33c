package worker_test

import (
	"os"
	"strings"
	"testing"

	"experiment/internal/protocol"
	"experiment/internal/run"
	"experiment/internal/worker"
)

// said is what a worker says of one run, in order.
type said struct {
	started bool
	epochs  int
	result  *protocol.Result
	failure *protocol.Error
}

// listen reads messages until each of the runs has ended.
func listen(t *testing.T, p *process, tasks []worker.Task) map[run.Key]*said {
	t.Helper()
	of := map[run.Key]*said{}
	for _, task := range tasks {
		of[task.Key] = &said{}
	}
	for ended := 0; ended < len(tasks); {
		message, err := p.messages.Read()
		if err != nil {
			t.Fatal(err)
		}
		switch m := message.(type) {
		case protocol.Started:
			of[m.Key].started = true
		case protocol.Epoch:
			of[m.Key].epochs++
		case protocol.Result:
			of[m.Key].result = &m
			ended++
		case protocol.Error:
			of[m.Key].failure = &m
			ended++
		default:
			t.Fatalf("it said %+v", message)
		}
	}
	return of
}

// Each run of a job has its own messages, its own end and its own log; what the program prints is in the first one's.
func TestRunsSideBySide(t *testing.T) {
	p := start(t)
	expect[protocol.Hello](t, p)
	tasks := p.give(t, "first", "leave", "third")
	heard := listen(t, p, tasks)
	for i, task := range tasks {
		got := heard[task.Key]
		if !got.started || got.epochs != 1 {
			t.Errorf("run %d: %+v", i, got)
		}
		if i == 1 {
			if got.failure == nil || got.failure.Kind != worker.Diverged || got.failure.Message != "it left" {
				t.Errorf("the run that left: %+v", got)
			}
		} else if got.result == nil {
			t.Errorf("run %d: %+v", i, got.failure)
		}
	}
	for i, want := range []string{
		"computing first\nnote of first\ncomputing leave\ncomputing third\n",
		"made side by side with run " + tasks[0].Key.Short() + ", whose log has what the program itself prints\nnote of leave\n",
		"made side by side with run " + tasks[0].Key.Short() + ", whose log has what the program itself prints\nnote of third\n",
	} {
		if log, err := os.ReadFile(tasks[i].Log); err != nil || string(log) != want {
			t.Errorf("the log of run %d is %q, not %q: %v", i, log, want, err)
		}
	}
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.end(t, 0)
}

// An error of the handler is one of every run that has not left before.
func TestAnErrorSideBySide(t *testing.T) {
	p := start(t)
	expect[protocol.Hello](t, p)
	tasks := p.give(t, "leave", "second", "memory")
	heard := listen(t, p, tasks)
	for i, want := range []worker.Kind{worker.Diverged, worker.OutOfMemory, worker.OutOfMemory} {
		if got := heard[tasks[i].Key].failure; got == nil || got.Kind != want {
			t.Errorf("run %d ended with %+v, not %s", i, got, want)
		}
	}
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.end(t, 0)
	if strings.Contains(p.stderr.String(), "panic") {
		t.Error(p.stderr)
	}
}
