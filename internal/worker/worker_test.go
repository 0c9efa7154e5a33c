package worker_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
	"experiment/internal/worker"
)

// role makes this test binary a worker.
const role = "EXPERIMENT_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(role) == "worker" {
		os.Exit(worker.Main(handler{}))
	}
	os.Exit(m.Run())
}

// handler computes what the field "script" says.
type handler struct{}

func (handler) Describe() (run.Provenance, error) {
	if os.Getenv("DESCRIBE") == "fail" {
		return run.Provenance{}, errors.New("libtorch is not what it was")
	}
	return run.Provenance{Libtorch: "9"}, nil
}

func (h handler) Run(ctx context.Context, job worker.Job, progress []worker.Progress) ([]worker.Output, error) {
	outputs := make([]worker.Output, len(job.Tasks))
	for i, task := range job.Tasks {
		script := task.Config.Text("script")
		fmt.Println("computing", script)
		fmt.Fprintln(progress[i], "note of", script)
		output, err := h.compute(ctx, job, script, progress[i])
		if script == "leave" {
			err = progress[i].Failed(&worker.Failure{Kind: worker.Diverged, Epoch: 1, Err: errors.New("it left")})
		}
		if err != nil {
			return nil, err
		}
		outputs[i] = output
	}
	return outputs, nil
}

func (handler) compute(ctx context.Context, job worker.Job, script string, progress worker.Progress) (worker.Output, error) {
	if err := progress.Epoch(run.Epoch{Number: 1}); err != nil {
		return worker.Output{}, err
	}
	switch script {
	case "spin":
		for { // as C++ does that knows no context
			_ = ctx
		}
	case "epochs":
		for number := 2; ; number++ {
			if err := progress.Epoch(run.Epoch{Number: number}); err != nil {
				return worker.Output{}, fmt.Errorf("training: %w", err)
			}
		}
	case "fail":
		return worker.Output{}, errors.New("it does not work")
	case "memory":
		return worker.Output{}, &worker.Failure{Kind: worker.OutOfMemory, Epoch: 4, Err: errors.New("no memory")}
	case "full":
		return worker.Output{}, fmt.Errorf("writing: %w", &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC})
	}
	return worker.Output{Provenance: run.Provenance{Libtorch: "9", Device: job.Device}}, nil
}

// process is a worker and its pipes.
type process struct {
	command  *exec.Cmd
	stdin    io.WriteCloser
	jobs     *protocol.Writer
	messages *protocol.Reader
	stderr   *strings.Builder
}

func start(t *testing.T, env ...string) *process {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{command: exec.Command(program), stderr: &strings.Builder{}, messages: protocol.NewReader(read)}
	p.command.Env = append(append(os.Environ(), role+"=worker", "GORACE=atexit_sleep_ms=0"), env...)
	p.command.ExtraFiles = []*os.File{write}
	p.command.Stderr = p.stderr
	if p.stdin, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	p.jobs = protocol.NewWriter(p.stdin)
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(20*time.Second, func() { t.Error("killing a worker that does not end", p.command.Process.Kill()) })
	t.Cleanup(func() {
		watchdog.Stop()
		if err := read.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// expect reads a message of a type.
func expect[M protocol.Message](t *testing.T, p *process) M {
	t.Helper()
	message, err := p.messages.Read()
	if err != nil {
		t.Fatalf("waiting for a %T: %v", *new(M), err)
	}
	m, ok := message.(M)
	if !ok {
		t.Fatalf("a %T came in the place of a %T: %+v", message, m, message)
	}
	return m
}

// give sends a job of runs that have a log each.
func (p *process) give(t *testing.T, scripts ...string) []worker.Task {
	t.Helper()
	job := worker.Job{DataDir: t.TempDir(), Device: "cpu"}
	for _, script := range scripts {
		config, err := run.NewConfig([]run.Field{{Path: "script", Value: script}})
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		task := worker.Task{Key: config.Key(), Config: config, Folder: folder, Log: filepath.Join(folder, "log"), Checkpoint: filepath.Join(folder, "checkpoint")}
		if err := os.WriteFile(task.Log, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		job.Tasks = append(job.Tasks, task)
	}
	if err := p.jobs.Write(job); err != nil {
		t.Fatal(err)
	}
	return job.Tasks
}

// end checks how the process ended.
func (p *process) end(t *testing.T, status int) {
	t.Helper()
	if err := p.command.Wait(); p.command.ProcessState.ExitCode() != status {
		t.Errorf("the worker ended with %v, not exit status %d; it said %q", err, status, p.stderr)
	}
}

func TestServesManyJobsInTurn(t *testing.T) {
	p := start(t)
	hello := expect[protocol.Hello](t, p)
	if hello.PID != p.command.Process.Pid || hello.Provenance.Libtorch != "9" {
		t.Errorf("hello %+v", hello)
	}
	for _, script := range []string{"first", "second"} {
		task := p.give(t, script)[0]
		if started := expect[protocol.Started](t, p); started.Key != task.Key {
			t.Errorf("started %+v", started)
		}
		if epoch := expect[protocol.Epoch](t, p); epoch.Epoch.Number != 1 {
			t.Errorf("epoch %+v", epoch)
		}
		result := expect[protocol.Result](t, p)
		if result.Key != task.Key || result.Provenance.Device != "cpu" || result.Provenance.PeakMemory < 1<<20 {
			t.Errorf("result %+v", result)
		}
		if log, err := os.ReadFile(task.Log); err != nil || string(log) != "computing "+script+"\nnote of "+script+"\n" {
			t.Errorf("the log of the %s job is %q: %v", script, log, err)
		}
	}
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.end(t, 0)
}

func TestErrorsSayOfWhatKindTheyAre(t *testing.T) {
	p := start(t)
	expect[protocol.Hello](t, p)
	tests := []struct {
		script  string
		kind    worker.Kind
		message string
		epoch   int
	}{
		{"fail", worker.Failed, "it does not work", 0},
		{"memory", worker.OutOfMemory, "no memory", 4},
		{"full", worker.NoSpace, "writing: write x: no space left on device", 0},
	}
	for _, test := range tests {
		task := p.give(t, test.script)[0]
		expect[protocol.Started](t, p)
		expect[protocol.Epoch](t, p)
		e := expect[protocol.Error](t, p)
		if e.Key != task.Key || e.Kind != test.kind || e.Message != test.message || e.Epoch != test.epoch || e.PeakMemory == 0 {
			t.Errorf("%s: %+v", test.script, e)
		}
	}
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.end(t, 0)
}

// The end of input ends a worker whatever it is doing: that is how it notices that its parent is gone.
func TestEndOfInputEndsABusyWorker(t *testing.T) {
	p := start(t)
	expect[protocol.Hello](t, p)
	p.give(t, "spin")
	expect[protocol.Started](t, p)
	expect[protocol.Epoch](t, p)
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.end(t, 0)
}

func TestSigtermInterruptsAndSigintDoesNot(t *testing.T) {
	p := start(t)
	expect[protocol.Hello](t, p)
	p.give(t, "epochs")
	expect[protocol.Started](t, p)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP} {
		if err := p.command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			expect[protocol.Epoch](t, p)
		}
	}
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for {
		message, err := p.messages.Read()
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := message.(protocol.Error); ok {
			if e.Kind != worker.Interrupted || e.Message != "the worker was told to stop" {
				t.Errorf("error %+v", e)
			}
			break
		}
	}
	p.end(t, 0)
}

func TestGarbageEndsTheWorker(t *testing.T) {
	p := start(t)
	expect[protocol.Hello](t, p)
	if _, err := io.WriteString(p.stdin, "hello\n"); err != nil {
		t.Fatal(err)
	}
	p.end(t, 1)
	if want := "experiment-worker: decoding a message: it is not a JSON object\n"; p.stderr.String() != want {
		t.Errorf("it said %q, not %q", p.stderr, want)
	}
}

func TestMachineThatCannotRunAnything(t *testing.T) {
	p := start(t, "DESCRIBE=fail")
	p.end(t, 1)
	if want := "experiment-worker: libtorch is not what it was\n"; p.stderr.String() != want {
		t.Errorf("it said %q, not %q", p.stderr, want)
	}
}

func TestStartedByHand(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program)
	command.Env = append(os.Environ(), role+"=worker")
	output, err := command.CombinedOutput()
	if command.ProcessState.ExitCode() != 2 || !strings.Contains(string(output), "experiment starts its workers itself") {
		t.Errorf("%v: %s", err, output)
	}
}

func TestArtefact(t *testing.T) {
	folder := t.TempDir()
	write := func(w io.Writer) error {
		buffered := bufio.NewWriter(w)
		if _, err := buffered.WriteString("abc"); err != nil {
			return err
		}
		return buffered.Flush()
	}
	artefact, err := worker.WriteArtefact(folder, "test-labels", write)
	if err != nil {
		t.Fatal(err)
	}
	want := run.Artefact{Kind: "test-labels", Path: "test-labels.npy", Bytes: 3,
		SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"} // of FIPS 180-2, appendix B.1
	if artefact != want {
		t.Errorf("%+v", artefact)
	}
	broken := errors.New("broken")
	_, err = worker.WriteArtefact(folder, "test-labels", func(w io.Writer) error {
		if _, err := io.WriteString(w, "half"); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	for _, kind := range []string{"labels", "../test-labels", "test-labels.npy", ""} {
		if _, err := worker.WriteArtefact(folder, kind, write); err == nil {
			t.Errorf("an artefact of the kind %q was written", kind)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Fatalf("the folder holds %v: %v", entries, err)
	}
	if content, err := os.ReadFile(filepath.Join(folder, "test-labels.npy")); err != nil || string(content) != "abc" {
		t.Errorf("a failure left %q: %v", content, err)
	}
}
