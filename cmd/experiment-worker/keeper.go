package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"experiment/internal/checkpoint"
	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/internal/worker"
	"experiment/pipelines/classification"
	"experiment/pipelines/train"
)

// keeper keeps the state of a run, a group of one, in its checkpoint. What it does and why it does not stands
// in the log of the run.
type keeper struct {
	job        worker.Job
	progress   worker.Progress
	provenance run.Provenance // of what is trained now; the checksum of the data once they are loaded
	log        io.Writer
	last       time.Time // when the last checkpoint was tried; its monotonic clock is what counts
}

func newKeeper(job worker.Job, progress worker.Progress, provenance run.Provenance, log io.Writer) *keeper {
	return &keeper{job: job, progress: progress, provenance: provenance, log: log, last: time.Now()}
}

// say writes to the log. One that is full or gone ends no run.
func (k *keeper) say(layout string, values ...any) { fmt.Fprintf(k.log, layout+"\n", values...) }

func (k *keeper) Load(dataChecksum string) []classification.State {
	k.provenance.DataChecksum = dataChecksum
	state, err := k.read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		k.startOver(err)
		return nil
	}
	return []classification.State{state}
}

func (k *keeper) read() (classification.State, error) {
	c, err := checkpoint.Read(k.job.Checkpoint)
	if err != nil {
		return classification.State{}, err
	}
	if err := c.Match(k.job.Key, k.provenance); err != nil {
		return classification.State{}, err
	}
	return stateOf(c)
}

func (k *keeper) startOver(why error) { k.say("starting over, without the checkpoint: %v", why) }

func (k *keeper) Resume(states []classification.State, misfit error) error {
	if misfit != nil {
		k.startOver(misfit)
		return nil
	}
	at := states[0].Training
	k.say("going on from the checkpoint: epoch %d, %d steps of it made, after %.1f s of training", at.Epoch, at.Step, states[0].Seconds)
	return k.progress.Resumed(at.Epoch)
}

func (k *keeper) Due() bool {
	return k.job.CheckpointEvery > 0 && time.Since(k.last) >= k.job.CheckpointEvery
}

func (k *keeper) Keep(states []classification.State) {
	if k.job.CheckpointEvery == 0 {
		return
	}
	c := checkpointOf(states[0])
	c.Key, c.Provenance = k.job.Key, k.provenance
	err := worker.WriteFile(k.job.Checkpoint, func(w io.Writer) error { return checkpoint.Write(w, c) })
	if err != nil {
		k.say("going on without a checkpoint: %v", err)
	}
	k.last = time.Now()
}

// checkpointOf puts a state into the words of a file.
func checkpointOf(state classification.State) checkpoint.Checkpoint {
	at := state.Training
	c := checkpoint.Checkpoint{
		Seconds: state.Seconds, History: state.History,
		Epoch: at.Epoch, Step: at.Step, Order: at.Order, Loss: run.Number(at.Loss),
	}
	for _, t := range at.Tensors {
		c.Tensors = append(c.Tensors, checkpoint.Tensor{Name: t.Name, Type: t.DType.String(), Shape: t.Shape, Data: t.Data})
	}
	return c
}

// stateOf is the inverse of checkpointOf.
func stateOf(c checkpoint.Checkpoint) (classification.State, error) {
	at := train.State{Epoch: c.Epoch, Step: c.Step, Order: c.Order, Loss: float64(c.Loss)}
	types := []torch.DType{torch.Uint8, torch.Int64, torch.Float32, torch.Float64}
	for _, t := range c.Tensors {
		i := slices.IndexFunc(types, func(d torch.DType) bool { return d.String() == t.Type })
		if i < 0 {
			return classification.State{}, fmt.Errorf("tensor %q has the type %q", t.Name, t.Type)
		}
		at.Tensors = append(at.Tensors, train.Named{Name: t.Name, Array: torch.Array{DType: types[i], Shape: t.Shape, Data: t.Data}})
	}
	return classification.State{Seconds: c.Seconds, History: c.History, Training: at}, nil
}
