package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/checkpoint"
	"experiment/internal/run"
	"experiment/internal/worker"
	"experiment/pipelines/classification"
)

// writeImages makes a data set in the form of MNIST: n training and n test images of noise.
func writeImages(t testing.TB, dataDir string, n, side int, seed uint64) {
	t.Helper()
	folder := filepath.Join(dataDir, "mnist")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	noise := rand.New(rand.NewPCG(seed, 0))
	header := func(dimensions byte, sizes ...int) []byte {
		b := []byte{0, 0, 8, dimensions}
		for _, size := range sizes {
			b = binary.BigEndian.AppendUint32(b, uint32(size))
		}
		return b
	}
	for _, part := range []string{"train", "t10k"} {
		images, labels := header(3, n, side, side), header(1, n)
		for i := range n {
			labels = append(labels, byte(i%10))
			for range side * side {
				images = append(images, byte(noise.IntN(200)+5*(i%10)))
			}
		}
		for name, content := range map[string][]byte{"-images-idx3-ubyte": images, "-labels-idx1-ubyte": labels} {
			if err := os.WriteFile(filepath.Join(folder, part+name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// cnnJob asks for a small convolutional network on such images, trained by AdamW, with checkpoints.
func cnnJob(t testing.TB, dataDir string, more ...run.Field) worker.Job {
	t.Helper()
	config, err := run.NewConfig(append([]run.Field{
		{Path: "pipeline", Value: "classification"}, {Path: "seed", Value: int64(3)},
		{Path: "data.name", Value: "mnist"}, {Path: "data.train", Value: int64(60)}, {Path: "data.validation", Value: int64(30)}, {Path: "data.test", Value: int64(40)},
		{Path: "model.name", Value: "cnn"}, {Path: "loss.name", Value: "cross_entropy"}, {Path: "optimizer.name", Value: "adamw"},
		{Path: "train.epochs", Value: int64(4)}, {Path: "train.batch", Value: int64(16)},
	}, more...))
	if err != nil {
		t.Fatal(err)
	}
	return worker.Job{Tasks: []worker.Task{taskOf(t, config)}, DataDir: dataDir, Device: "cpu", CheckpointEvery: time.Hour}
}

func taskOf(t testing.TB, config run.Config) worker.Task {
	t.Helper()
	folder := t.TempDir()
	return worker.Task{
		Key: config.Key(), Config: config, Folder: folder, Log: filepath.Join(folder, "log"), Checkpoint: filepath.Join(folder, "checkpoint"),
	}
}

// heard is the Progress of a run, and its log; it interrupts the run after an epoch.
type heard struct {
	bytes.Buffer
	cancel  context.CancelFunc
	on      run.Provenance
	until   int // the epoch; 0 is never
	resumed int
	epochs  []run.Epoch
	failed  error
}

func (h *heard) Circumstances(p run.Provenance) error {
	h.on = p
	return nil
}

func (h *heard) Resumed(epoch int) error {
	h.resumed = epoch
	return nil
}

func (h *heard) Epoch(e run.Epoch) error {
	h.epochs = append(h.epochs, e)
	if e.Number == h.until {
		h.cancel()
	}
	return nil
}

func (h *heard) Failed(err error) error {
	h.failed = err
	return nil
}

// attemptAll runs a job in this process. It ends after an epoch as SIGTERM ends it, or with the runs where that is 0.
func attemptAll(t *testing.T, job worker.Job, until int, changes ...func(h *handler)) ([]worker.Output, []*heard) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var all []*heard
	var progress []worker.Progress
	for range job.Tasks {
		all = append(all, &heard{cancel: cancel, until: until})
		progress = append(progress, all[len(all)-1])
	}
	h := &handler{}
	if _, err := h.Describe(); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(h)
	}
	outputs, err := h.Run(ctx, job, progress)
	if until == 0 && err != nil || until > 0 && !errors.Is(err, context.Canceled) {
		t.Fatalf("the runs ended with %v\n%s", err, all[0])
	}
	for i := range outputs {
		outputs[i].Result.Seconds = 0
	}
	return outputs, all
}

// attempt is attemptAll of a job of one run; it returns the log too.
func attempt(t *testing.T, job worker.Job, until int, changes ...func(h *handler)) (worker.Output, *heard, string) {
	t.Helper()
	outputs, all := attemptAll(t, job, until, changes...)
	if until > 0 {
		return worker.Output{}, all[0], all[0].String()
	}
	return outputs[0], all[0], all[0].String()
}

// same compares what two attempts at a run left: metrics, curves, checksums of logits, and the history.
func same(t *testing.T, got, want worker.Output, gotProgress, wantProgress *heard) {
	t.Helper()
	if diff := cmp.Diff(want.Result, got.Result); diff != "" {
		t.Errorf("the result differs:\n%s", diff)
	}
	if diff := cmp.Diff(want.Artefacts, got.Artefacts); diff != "" {
		t.Errorf("the files differ:\n%s", diff)
	}
	if diff := cmp.Diff(wantProgress.epochs, gotProgress.epochs); diff != "" {
		t.Errorf("the history differs:\n%s", diff)
	}
}

func TestAnInterruptedRunGoesOnFromItsFile(t *testing.T) {
	data := t.TempDir()
	writeImages(t, data, 100, 8, 1)
	want, wantProgress, _ := attempt(t, cnnJob(t, data), 0)
	job := cnnJob(t, data)
	for until := 1; until <= 3; until++ { // each attempt goes on from the one before
		_, progress, _ := attempt(t, job, until)
		if len(progress.epochs) != until || until > 1 && progress.resumed != until {
			t.Errorf("attempt %d resumed in epoch %d and tells of %d epochs", until, progress.resumed, len(progress.epochs))
		}
	}
	got, progress, log := attempt(t, job, 0)
	same(t, got, want, progress, wantProgress)
	if progress.resumed != 4 || !strings.HasPrefix(log, "going on from the checkpoint: epoch 4, 0 steps of it made, after ") {
		t.Errorf("it resumed in epoch %d; the log is %q", progress.resumed, log)
	}
}

func TestCheckpointsThatCannotBeUsed(t *testing.T) {
	rewrite := func(change func(b []byte) []byte) func(t *testing.T, job worker.Job) {
		return func(t *testing.T, job worker.Job) {
			content, err := os.ReadFile(job.Tasks[0].Checkpoint)
			if err == nil {
				err = os.WriteFile(job.Tasks[0].Checkpoint, change(content), 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		change  func(t *testing.T, job worker.Job)
		machine func(h *handler)
		log     string
	}{
		"cut short":    {rewrite(func(b []byte) []byte { return b[:len(b)-1000] }), nil, "reading checkpoint: its checksum does not hold: it is cut short or was changed"},
		"empty":        {rewrite(func([]byte) []byte { return nil }), nil, "reading checkpoint: it does not start as one"},
		"flipped byte": {rewrite(func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), nil, "reading checkpoint: its checksum does not hold"},
		"format":       {rewrite(func(b []byte) []byte { b[len(checkpoint.Magic)]++; return b }), nil, "reading checkpoint: it has version 2 of the format, not 1"},
		"another run": {func(t *testing.T, job worker.Job) {
			other := cnnJob(t, job.DataDir, run.Field{Path: "model.width", Value: int64(20)})
			attempt(t, other, 1)
			if err := os.Rename(other.Tasks[0].Checkpoint, job.Tasks[0].Checkpoint); err != nil {
				t.Fatal(err)
			}
		}, nil, "it is one of run "},
		"data changed": {func(t *testing.T, job worker.Job) { writeImages(t, job.DataDir, 100, 8, 2) }, nil, "it was made with another checksum of the data: "},
		"libtorch":     {nil, func(h *handler) { h.description.Libtorch = "9.9.9" }, "it was made with another libtorch: "},
		"BLAS core":    {nil, func(h *handler) { h.description.BLASCore = "Abacus" }, `now "Abacus"`},
		"threads":      {nil, func(h *handler) { h.description.Threads++ }, "it was made with another number of threads: "},
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			writeImages(t, data, 100, 8, 1)
			job := cnnJob(t, data)
			attempt(t, job, 2)
			if c.change != nil {
				c.change(t, job)
			}
			machine := c.machine
			if machine == nil {
				machine = func(*handler) {}
			}
			got, progress, log := attempt(t, job, 0, machine)
			if !strings.HasPrefix(log, "starting over, without the checkpoint: ") || !strings.Contains(log, c.log) || progress.resumed != 0 {
				t.Errorf("it resumed in epoch %d; the log is %q", progress.resumed, log)
			}
			want, wantProgress, _ := attempt(t, cnnJob(t, data), 0)
			same(t, got, want, progress, wantProgress)
		})
	}
}

func TestACheckpointThatCannotBeWrittenEndsNoRun(t *testing.T) {
	data := t.TempDir()
	writeImages(t, data, 100, 8, 1)
	want, wantProgress, _ := attempt(t, cnnJob(t, data), 0)
	job := cnnJob(t, data)
	job.CheckpointEvery = 1 // before every step
	job.Tasks[0].Checkpoint = filepath.Join(os.DevNull, "checkpoint")
	got, progress, log := attempt(t, job, 0)
	same(t, got, want, progress, wantProgress)
	if n := strings.Count(log, "going on without a checkpoint: open /dev/null/"); n != 4*4+1 {
		t.Errorf("the log tells %d times that it could not be written:\n%s", n, log)
	}
}

func TestCheckpointsThatAreOff(t *testing.T) {
	data := t.TempDir()
	writeImages(t, data, 100, 8, 1)
	job := cnnJob(t, data)
	job.CheckpointEvery = 0
	attempt(t, job, 2)
	if entries, err := os.ReadDir(job.Tasks[0].Folder); err != nil || len(entries) != 0 {
		t.Errorf("the folder has %v: %v", entries, err)
	}
}

// BenchmarkCheckpoint writes and reads the state of the convolutional network for MNIST, trained by AdamW.
func BenchmarkCheckpoint(b *testing.B) {
	data := b.TempDir()
	writeImages(b, data, 100, 28, 1)
	job := cnnJob(b, data, run.Field{Path: "model.width", Value: int64(16)})
	job.CheckpointEvery = time.Nanosecond
	h := &handler{}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if _, err := h.Run(ctx, job, []worker.Progress{&heard{cancel: cancel, until: 1}}); !errors.Is(err, context.Canceled) {
		b.Fatal(err)
	}
	keeper := newKeeper(newGroup(job, []worker.Progress{&heard{}}), job.CheckpointEvery, h.description)
	c, err := checkpoint.Read(job.Tasks[0].Checkpoint)
	if err != nil {
		b.Fatal(err)
	}
	state, err := stateOf(c)
	if err != nil {
		b.Fatal(err)
	}
	size, err := os.Stat(job.Tasks[0].Checkpoint)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			keeper.Keep([]classification.State{state})
		}
		b.ReportMetric(float64(size.Size())/1e3, "kB")
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := checkpoint.Read(job.Tasks[0].Checkpoint); err != nil {
				b.Fatal(err)
			}
		}
	})
}
