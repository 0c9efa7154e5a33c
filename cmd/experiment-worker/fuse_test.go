package main

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"experiment/internal/checkpoint"
	"experiment/internal/run"
	"experiment/internal/worker"
	"experiment/pipelines/classification"
)

// groupJob asks for runs of a small network on gaussians that differ in these settings, with checkpoints.
func groupJob(t *testing.T, varied ...[]run.Field) worker.Job {
	t.Helper()
	job := worker.Job{DataDir: t.TempDir(), Device: "cpu", CheckpointEvery: time.Hour}
	for _, fields := range varied {
		config, err := run.NewConfig(append([]run.Field{
			{Path: "pipeline", Value: "classification"}, {Path: "data.name", Value: "gaussians"},
			{Path: "data.train", Value: int64(100)}, {Path: "data.validation", Value: int64(60)}, {Path: "data.test", Value: int64(50)},
			{Path: "model.name", Value: "mlp"}, {Path: "model.width", Value: int64(8)}, {Path: "optimizer.name", Value: "adamw"},
			{Path: "train.epochs", Value: int64(4)}, {Path: "train.batch", Value: int64(16)},
		}, fields...))
		if err != nil {
			t.Fatal(err)
		}
		job.Tasks = append(job.Tasks, taskOf(t, config))
	}
	return job
}

// three are the settings of runs that can be trained in lockstep.
func three() [][]run.Field {
	return [][]run.Field{
		{{Path: "seed", Value: int64(0)}, {Path: "loss.name", Value: "cross_entropy"}},
		{{Path: "seed", Value: int64(1)}, {Path: "loss.name", Value: "focal"}, {Path: "loss.gamma", Value: 2.0}},
		{{Path: "seed", Value: int64(0)}, {Path: "loss.name", Value: "mmce"}, {Path: "optimizer.lr", Value: 0.01}},
	}
}

// only is a job of one run of another job, with its files.
func only(job worker.Job, i int) worker.Job {
	job.Tasks = job.Tasks[i : i+1]
	return job
}

// Runs that were interrupted in lockstep go on in lockstep or alone, and alone ones in lockstep, to the digits of runs that
// were never interrupted and always alone.
func TestAGroupGoesOnFromItsFiles(t *testing.T) {
	var want []worker.Output
	var wantProgress []*heard
	for i := range three() {
		output, progress, _ := attempt(t, only(groupJob(t, three()...), i), 0)
		want, wantProgress = append(want, output), append(wantProgress, progress)
	}
	check := func(t *testing.T, i int, output worker.Output, progress *heard) {
		t.Helper()
		same(t, output, want[i], progress, wantProgress[i])
		if progress.resumed != 3 {
			t.Errorf("run %d resumes in epoch %d", i, progress.resumed)
		}
	}
	t.Run("in lockstep", func(t *testing.T) {
		job := groupJob(t, three()...)
		attemptAll(t, job, 2)
		outputs, all := attemptAll(t, job, 0)
		for i := range outputs {
			check(t, i, outputs[i], all[i])
			if p := outputs[i].Provenance; p.Replicas != 3 || p.Group != nil {
				t.Errorf("run %d: %d replicas, group %v", i, p.Replicas, p.Group)
			}
		}
	})
	t.Run("in lockstep, then alone", func(t *testing.T) {
		job := groupJob(t, three()...)
		attemptAll(t, job, 2)
		for i := range job.Tasks {
			output, progress, _ := attempt(t, only(job, i), 0)
			check(t, i, output, progress)
		}
	})
	t.Run("alone, then in lockstep", func(t *testing.T) {
		job := groupJob(t, three()...)
		for i := range job.Tasks {
			attempt(t, only(job, i), 2)
		}
		outputs, all := attemptAll(t, job, 0)
		for i := range outputs {
			check(t, i, outputs[i], all[i])
		}
	})
}

// Convolutions sum in another order in lockstep: those that were begun in a group go on in it, to the same digits, though one
// has diverged meanwhile, some go on later or none beside it, and in whatever order they come.
func TestAGroupOfConvolutionsGoesOnAsOne(t *testing.T) {
	data := t.TempDir()
	writeImages(t, data, 100, 8, 1)
	const wild = 1
	groupOf := func() worker.Job {
		job := cnnJob(t, data)
		for _, rate := range []float64{math.MaxFloat32, 0.002, 0.003} {
			job.Tasks = append(job.Tasks, cnnJob(t, data, run.Field{Path: "optimizer.lr", Value: rate}).Tasks...)
		}
		return job
	}
	want, wantProgress := attemptAll(t, groupOf(), 0)
	for name, parts := range map[string][][]int{"those that are left": {{0, 2, 3}}, "in parts": {{3, 2}, {0}}, "in another order": {{2, 3, 0}}} {
		t.Run(name, func(t *testing.T) {
			job := groupOf()
			_, begun := attemptAll(t, job, 2)
			if on := begun[wild].on; begun[wild].failed == nil || on.Replicas != 4 || len(on.Group) != 4 {
				t.Fatalf("of group %v the wild one fails with %v", on.Group, begun[wild].failed)
			}
			for _, part := range parts {
				rest := job
				rest.Tasks = nil
				for _, i := range part {
					rest.Tasks = append(rest.Tasks, job.Tasks[i])
				}
				outputs, all := attemptAll(t, rest, 0)
				for at, i := range part {
					same(t, outputs[at], want[i], all[at], wantProgress[i])
					if p := outputs[at].Provenance; all[at].resumed != 3 || p.Replicas != 4 || !slices.Equal(p.Group, want[i].Provenance.Group) {
						t.Errorf("run %d resumes in epoch %d, as one of %d, in group %v", i, all[at].resumed, p.Replicas, p.Group)
					}
				}
			}
		})
	}
}

// Where runs cannot go on from their checkpoints they start over in a group of their own, without those that they were begun
// beside.
func TestARunOfAGroupThatCannotGoOn(t *testing.T) {
	data := t.TempDir()
	writeImages(t, data, 100, 8, 1)
	job := cnnJob(t, data)
	job.Tasks = append(job.Tasks, cnnJob(t, data, run.Field{Path: "optimizer.lr", Value: 0.002}).Tasks...)
	attemptAll(t, job, 2)
	output, progress, log := attempt(t, only(job, 0), 0, func(h *handler) { h.description.Libtorch = "of another day" })
	if progress.resumed != 0 || output.Provenance.Replicas != 1 || output.Provenance.Group != nil ||
		!strings.HasPrefix(log, "starting over, without the checkpoint: it was made with another libtorch: ") {
		t.Errorf("it resumes in epoch %d, as one of %d; the log is %q", progress.resumed, output.Provenance.Replicas, log)
	}
}

// A group of which not all can go on starts over, and says so.
func TestAGroupWithoutAllItsFilesStartsOver(t *testing.T) {
	want, wantProgress := attemptAll(t, groupJob(t, three()...), 0)
	job := groupJob(t, three()...)
	attemptAll(t, job, 2)
	if err := os.Remove(job.Tasks[1].Checkpoint); err != nil {
		t.Fatal(err)
	}
	outputs, all := attemptAll(t, job, 0)
	for i := range outputs {
		same(t, outputs[i], want[i], all[i], wantProgress[i])
		said := strings.HasPrefix(all[i].String(), "starting over, without the checkpoint: not all of its group have one to go on from\n")
		if all[i].resumed != 0 || said != (i != 1) {
			t.Errorf("run %d resumes in epoch %d; its log is %q", i, all[i].resumed, all[i])
		}
	}
}

// The place tells apart what cannot go on side by side, and only that.
func TestPlace(t *testing.T) {
	job := groupJob(t, three()...)
	attemptAll(t, job, 2)
	places := map[string]bool{}
	for _, task := range job.Tasks {
		places[checkpoint.Place(task.Checkpoint)] = true
	}
	if len(places) != 1 || places[""] {
		t.Errorf("a group stands in the places %v", places)
	}
	attempt(t, only(job, 0), 3)
	if places[checkpoint.Place(job.Tasks[0].Checkpoint)] {
		t.Error("an epoch later it is the same place")
	}
	if err := os.WriteFile(job.Tasks[1].Checkpoint, []byte("noise"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{job.Tasks[1].Checkpoint, filepath.Join(t.TempDir(), "none")} {
		if place := checkpoint.Place(path); place != "" {
			t.Errorf("from %s a run goes on at %q", path, place)
		}
	}
}

// A run that diverges is told of at once, and leaves no state; the others finish.
func TestARunThatDivergesInAGroup(t *testing.T) {
	wild := append(three()[0][:1:1], run.Field{Path: "loss.name", Value: "focal"}, run.Field{Path: "optimizer.lr", Value: math.MaxFloat32})
	job := groupJob(t, three()[0], wild)
	job.CheckpointEvery = time.Nanosecond
	outputs, all := attemptAll(t, job, 0)
	if _, diverged := classification.Diverged(all[1].failed); !diverged || all[0].failed != nil {
		t.Errorf("they fail with %v and %v", all[0].failed, all[1].failed)
	}
	if len(outputs[0].Result.Metrics) == 0 || len(outputs[1].Result.Metrics) != 0 {
		t.Errorf("%d and %d metrics", len(outputs[0].Result.Metrics), len(outputs[1].Result.Metrics))
	}
	c, err := checkpoint.Read(job.Tasks[0].Checkpoint)
	if err != nil || c.Epoch != 5 {
		t.Errorf("the other is kept in epoch %d: %v", c.Epoch, err)
	}
	if c, err := checkpoint.Read(job.Tasks[1].Checkpoint); err != nil || c.Epoch > 2 {
		t.Errorf("what diverged is kept in epoch %d: %v", c.Epoch, err)
	}
}

// TestARunWhoseFilesCannotBeWritten holds that it fails alone: what the others of its group have come to is kept.
func TestARunWhoseFilesCannotBeWritten(t *testing.T) {
	job := groupJob(t, three()...)
	job.Tasks[1].Folder += "-that-is-missing"
	outputs, all := attemptAll(t, job, 0)
	for i, output := range outputs {
		lost := i == 1
		if failed := all[i].failed != nil; failed != lost || (len(output.Result.Metrics) == 0) != lost || (len(output.Artefacts) == 0) != lost {
			t.Errorf("run %d fails with %v, with %d metrics and %d artefacts", i, all[i].failed, len(output.Result.Metrics), len(output.Artefacts))
		}
	}
}

// fusedSweep has twelve runs that are trained in lockstep for a second or more.
const fusedSweep = `name: fused
base:
  data: {name: gaussians, train: 1000, validation: 200, test: 200}
  model: {name: mlp, width: 32, depth: 1}
  train: {epochs: 60, batch: 16}
runs:
  - loss: {name: focal, gamma: [1, 2, 3]}
seeds: 4
`

// TestKillingAFusedSweepAndTheSameCommandAgain kills experiment in the middle and repeats the command: every digit is that
// of runs which were trained alone, and no run is trained from the start.
func TestKillingAFusedSweepAndTheSameCommandAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs and trains")
	}
	bin, folder := programs(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "fused.yaml"), []byte(fusedSweep), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := experiment(t, bin, folder, "run", "fused.yaml", "--db", "alone.db", "--device", "cpu", "--fuse", "off"); status != 0 {
		t.Fatalf("alone they end with status %d: %s", status, stderr)
	}
	killOnceKept(t, bin, folder, 12, "run", "fused.yaml", "--db", "parts.db", "--device", "cpu", "--jobs", "1", "--checkpoint-every", "50ms")
	_, again, status := experiment(t, bin, folder, "run", "fused.yaml", "--db", "parts.db", "--device", "cpu", "--jobs", "1")
	if status != 0 || strings.Count(again, "  from epoch ") != 12 {
		t.Fatalf("repeated, it ended with status %d: %s", status, again)
	}
	agree(t, bin, folder, "parts.db", "alone.db", 12)
	out, complaint, status := experiment(t, bin, folder, "reproduce", "--sample", "3", "fused", "--db", "parts.db")
	if status != 0 || strings.Count(out, "bit for bit\n") != 3 {
		t.Errorf("reproducing ends with status %d: %s%s", status, out, complaint)
	}
}

// killOnceKept starts experiment and kills it when so many runs have a checkpoint in parts.files.
func killOnceKept(t *testing.T, bin, folder string, n int, arguments ...string) {
	t.Helper()
	var stderr bytes.Buffer
	command := exec.Command(filepath.Join(bin, "experiment"), arguments...)
	command.Dir, command.Stderr = folder, &stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	awaitCheckpoints(t, filepath.Join(folder, "parts.files", "*", "checkpoint"), n, &stderr)
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err == nil {
		t.Fatal("it ended before it was killed")
	}
}

// agree holds that two databases have the same metrics, histories and artefacts of so many runs at least.
func agree(t *testing.T, bin, folder, got, want string, runs int) {
	t.Helper()
	for _, query := range []string{everyDigit, everyEpoch, everyArtefact} {
		wanted, _, _ := experiment(t, bin, folder, "query", query, "--db", want, "--format", "csv")
		read, complaint, status := experiment(t, bin, folder, "query", query, "--db", got, "--format", "csv")
		if status != 0 || read != wanted || strings.Count(wanted, "\n") < runs {
			t.Errorf("%s has\n%.2000s%s, %s\n%.2000s", got, read, complaint, want, wanted)
		}
	}
}

// fusedImages has four convolutional networks, of which the second diverges at once.
const fusedImages = `name: images
base:
  data: {name: mnist, train: 60, validation: 30, test: 40}
  model: {name: cnn, width: 4}
  loss: {name: cross_entropy}
  train: {epochs: 200, batch: 16}
runs:
  - optimizer: {name: adamw, lr: [0.001, 1e38, 0.002, 0.003]}
`

// TestKillingAFusedSweepOfConvolutions kills experiment once a run of a group has diverged, and goes on with other words: every
// digit is that of the group which was never killed, and no run is trained from the start.
func TestKillingAFusedSweepOfConvolutions(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs and trains")
	}
	bin, folder := programs(t), t.TempDir()
	writeImages(t, folder, 100, 8, 1)
	if err := os.WriteFile(filepath.Join(folder, "images.yaml"), []byte(fusedImages), 0o644); err != nil {
		t.Fatal(err)
	}
	words := []string{"--data-dir", folder, "run", "images.yaml", "--device", "cpu", "--db"}
	const failed = 1
	if _, stderr, status := experiment(t, bin, folder, append(words, "whole.db", "--jobs", "1", "--fuse", "4")...); status != failed {
		t.Fatalf("they end with status %d: %s", status, stderr)
	}
	killOnceKept(t, bin, folder, 3, append(words, "parts.db", "--jobs", "1", "--fuse", "4", "--checkpoint-every", "300ms")...)
	_, again, status := experiment(t, bin, folder, append(words, "parts.db", "--jobs", "2", "--fuse", "off")...)
	if status != failed || strings.Count(again, "  from epoch ") != 3 {
		t.Fatalf("repeated, it ended with status %d: %s", status, again)
	}
	agree(t, bin, folder, "parts.db", "whole.db", 3)
	out, complaint, status := experiment(t, bin, folder, "--data-dir", folder, "reproduce", "--sample", "1", "images", "--db", "parts.db")
	if status != 0 || strings.Count(out, "bit for bit\n") != 1 {
		t.Errorf("reproducing ends with status %d: %s%s", status, out, complaint)
	}
}
