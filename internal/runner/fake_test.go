package runner_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/worker"
)

// role is the variable that makes this test binary something else than a test.
const role = "EXPERIMENT_TEST_ROLE"

// quickExit spares processes the second that the race detector waits before they end.
const quickExit = "GORACE=atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "worker":
		os.Exit(worker.Main(actor{}))
	case "parent":
		os.Exit(beParent())
	case "broken":
		fmt.Fprintln(os.Stderr, "experiment-worker: error while loading shared libraries: libtorch.so: cannot open shared object file")
		os.Exit(127)
	case "interrupted": // before it ignores that
		if err := note(os.Getenv("STARTS")); err != nil {
			os.Exit(1)
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			os.Exit(1)
		}
		select {}
	case "stranger":
		fmt.Println("usage: something else")
		time.Sleep(time.Hour) // it would be killed long before
	}
	os.Exit(m.Run())
}

// actor is a Handler that does what the field "script" of a configuration says.
type actor struct{}

func (actor) Describe() (run.Provenance, error) {
	return run.Provenance{Go: "go", Threads: 7, Environment: map[string]string{
		"OMP_NUM_THREADS": os.Getenv("OMP_NUM_THREADS"), "CUDA_VISIBLE_DEVICES": os.Getenv("CUDA_VISIBLE_DEVICES"),
	}}, nil
}

func (a actor) Run(ctx context.Context, job worker.Job, progress []worker.Progress) ([]worker.Output, error) {
	outputs := make([]worker.Output, len(job.Tasks))
	for i, task := range job.Tasks {
		if err := progress[i].Circumstances(run.Provenance{Go: "go", Device: "as the worker counts", Replicas: len(job.Tasks)}); err != nil {
			return nil, err
		}
		output, err := a.make(ctx, job, task, progress[i])
		var left *worker.Failure
		if len(job.Tasks) > 1 && errors.As(err, &left) && left.Kind == worker.Diverged {
			err = progress[i].Failed(err)
		}
		if err != nil {
			return nil, err
		}
		outputs[i] = output
	}
	return outputs, nil
}

func (actor) make(ctx context.Context, job worker.Job, task worker.Task, progress worker.Progress) (worker.Output, error) {
	fmt.Println("script", task.Config.Text("script"))
	if _, err := os.Stat(task.Checkpoint); err == nil {
		if err := progress.Resumed(2); err != nil {
			return worker.Output{}, err
		}
	}
	if err := progress.Epoch(run.Epoch{Number: 1, Metrics: []run.EpochMetric{{Split: run.Train, Name: "loss", Value: 1}}}); err != nil {
		return worker.Output{}, err
	}
	if err := act(ctx, job, task, progress); err != nil {
		return worker.Output{}, err
	}
	for number := 2; number <= 3; number++ {
		if err := progress.Epoch(run.Epoch{Number: number}); err != nil {
			return worker.Output{}, err
		}
	}
	artefact, err := worker.WriteArtefact(task.Folder, "test-logits", func(w io.Writer) error {
		_, err := fmt.Fprint(w, "logits of ", task.Config.Seed())
		return err
	})
	if err != nil {
		return worker.Output{}, err
	}
	if task.Config.Text("script") == "lie" {
		artefact.Bytes++
	}
	metric := run.Metric{Split: run.Test, Calibration: run.Uncalibrated, Name: "accuracy", Value: run.Number(1 / float64(1+task.Config.Seed()))}
	provenance, err := actor{}.Describe()
	provenance.Device, provenance.DataChecksum, provenance.Replicas = job.Device, "checksum", len(job.Tasks)
	return worker.Output{
		Result:     run.Result{Metrics: []run.Metric{metric}, Seconds: 1},
		Artefacts:  []run.Artefact{artefact},
		Provenance: provenance,
	}, err
}

func act(ctx context.Context, job worker.Job, task worker.Task, progress worker.Progress) error {
	switch task.Config.Text("script") {
	case "checkpoint": // and die while something is written, but not the second time
		if _, err := os.Stat(task.Checkpoint); err == nil {
			return nil
		}
		if err := os.WriteFile(task.Checkpoint, []byte("state"), 0o600); err != nil {
			return err
		}
		return worker.WriteFile(task.Checkpoint, func(io.Writer) error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	case "diverge from a checkpoint":
		if err := os.WriteFile(task.Checkpoint, nil, 0o600); err != nil {
			return err
		}
		return &worker.Failure{Kind: worker.Diverged, Epoch: 1, Err: errors.New("the loss is not finite")}
	case "resume late":
		return progress.Resumed(2)
	case "segfault": // of a process in which no runtime catches it
		fmt.Fprintln(os.Stderr, "last words")
		return syscall.Exec("/bin/sh", []string{"sh", "-c", "kill -SEGV $$"}, os.Environ())
	case "abort": // caught by the runtime of Go, as those of C++ are
		fmt.Fprintln(os.Stderr, "terminate called after throwing an instance of 'c10::Error'")
		if err := syscall.Kill(os.Getpid(), syscall.SIGABRT); err != nil {
			return err
		}
		select {}
	case "panic":
		panic("a bug")
	case "kill":
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return err
		}
		select {}
	case "exit":
		fmt.Fprintln(os.Stderr, "going \x1b[31mdown")
		os.Exit(3)
	case "leave":
		os.Exit(0)
	case "garbage":
		return say("{\"type\":\"result\",\"body\":{}}\n")
	case "oversize":
		return say(strings.Repeat("x", protocol.MaxLine+1))
	case "half":
		if err := say(`{"type":"resu`); err != nil {
			return err
		}
		os.Exit(0)
	case "mute":
		if err := syscall.Close(protocol.MessageDescriptor); err != nil {
			return err
		}
		select {}
	case "hang": // whatever it is told
		select {}
	case "wait": // to be told to stop
		<-ctx.Done()
		return ctx.Err()
	case "gate":
		return awaitFile(ctx, filepath.Join(job.DataDir, "gate"))
	case "fail from a checkpoint":
		if _, err := os.Stat(task.Checkpoint); err != nil {
			return nil
		}
		return errors.New("multiplying: shapes do not fit")
	case "fail":
		return errors.New("multiplying: shapes do not fit")
	case "diverge":
		return &worker.Failure{Kind: worker.Diverged, Epoch: 2, Err: errors.New("the loss is not finite")}
	case "gates to 4, 2": // room for two
		if err := awaitFile(ctx, filepath.Join(job.DataDir, fmt.Sprint("gate to ", len(job.Tasks)))); err != nil {
			return err
		}
		if len(job.Tasks) > 2 {
			return &worker.Failure{Kind: worker.OutOfMemory, Err: errors.New("no memory")}
		}
	case "room for 2":
		if len(job.Tasks) > 2 {
			return &worker.Failure{Kind: worker.OutOfMemory, Err: errors.New("no memory")}
		}
	case "missing":
		return &worker.Failure{Kind: worker.MissingData, Err: errors.New("no data")}
	case "full":
		return fmt.Errorf("writing logits: %w", syscall.ENOSPC)
	}
	return nil
}

// note adds a byte to a file.
func note(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString("x")
	return errors.Join(err, file.Close())
}

func say(text string) error {
	_, err := syscall.Write(protocol.MessageDescriptor, []byte(text))
	return err
}

func awaitFile(ctx context.Context, path string) error {
	for {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

// memory is a Recorder.
type memory struct {
	mu       sync.Mutex
	attempts []run.Attempt // that ended
	began    []run.Key
	underway map[run.Key]int
	twice    []run.Key // begun while under way or finished
	fault    error     // of End
}

func (m *memory) Finished(_ context.Context, key run.Key) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.finished(key), nil
}

func (m *memory) finished(key run.Key) bool {
	for _, a := range m.attempts {
		if a.Run == key && a.Status == run.Finished {
			return true
		}
	}
	return false
}

func (m *memory) Begin(_ context.Context, r run.Run, a run.Attempt) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.underway == nil {
		m.underway = map[run.Key]int{}
	}
	if m.underway[r.Key] > 0 || m.finished(r.Key) {
		m.twice = append(m.twice, r.Key)
	}
	if a.Run != r.Key || a.Status != run.Running || a.Started.IsZero() || a.PID <= 0 || a.Host == "" || a.Log == "" {
		return 0, fmt.Errorf("the attempt %+v is not whole", a)
	}
	m.began = append(m.began, r.Key)
	m.underway[r.Key]++
	return len(m.began), nil
}

func (m *memory) End(ctx context.Context, a run.Attempt) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.underway[a.Run]--
	m.attempts = append(m.attempts, a)
	return errors.Join(m.fault, ctx.Err())
}

// observer calls functions, where set.
type observer struct {
	started  func(run.Run, run.Attempt)
	resumed  func(run.Run, int)
	epoch    func(run.Run, run.Epoch)
	ended    func(run.Run, run.Attempt, string)
	split    func([]run.Run, int, string)
	skipped  func(run.Run, string)
	stopping func(runner.Level, error)
}

func (o observer) Started(r run.Run, a run.Attempt) {
	if o.started != nil {
		o.started(r, a)
	}
}

func (o observer) Resumed(r run.Run, epoch int) {
	if o.resumed != nil {
		o.resumed(r, epoch)
	}
}

func (o observer) Epoch(r run.Run, e run.Epoch) {
	if o.epoch != nil {
		o.epoch(r, e)
	}
}

func (o observer) Ended(r run.Run, a run.Attempt, tail string) {
	if o.ended != nil {
		o.ended(r, a, tail)
	}
}

func (o observer) Split(runs []run.Run, size int, why string) {
	if o.split != nil {
		o.split(runs, size, why)
	}
}

func (o observer) Skipped(r run.Run, why string) {
	if o.skipped != nil {
		o.skipped(r, why)
	}
}

func (o observer) Stopping(level runner.Level, why error) {
	if o.stopping != nil {
		o.stopping(level, why)
	}
}

// scripted returns a run for each script, of seeds 0, 1, ...
func scripted(t testing.TB, scripts ...string) []run.Run {
	t.Helper()
	runs := make([]run.Run, len(scripts))
	for i, script := range scripts {
		config, err := run.NewConfig([]run.Field{{Path: "script", Value: script}, {Path: "seed", Value: int64(i)}})
		if err != nil {
			t.Fatal(err)
		}
		runs[i] = run.Run{Key: config.Key(), Label: script, Config: config}
	}
	return runs
}

// playing returns options for workers that play scripts, and what records them.
func playing(t testing.TB) (runner.Options, *memory) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	recorder := &memory{}
	return runner.Options{
		Worker:   []string{program},
		Env:      append(os.Environ(), role+"=worker", quickExit),
		Jobs:     1,
		DataDir:  t.TempDir(),
		Files:    filepath.Join(t.TempDir(), "x.files"),
		Recorder: recorder,
	}, recorder
}
