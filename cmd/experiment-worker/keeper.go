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

// keeper keeps the state of each run of a group in its checkpoint. What it does and why it does not stands in the log of
// the run.
type keeper struct {
	group      group
	every      time.Duration  // between two checkpoints; 0 is to write none
	provenance run.Provenance // of what is trained now; the checksum of the data once they are loaded
	last       time.Time      // when the last checkpoints were tried; its monotonic clock is what counts
}

func newKeeper(group group, every time.Duration, provenance run.Provenance) *keeper {
	return &keeper{group: group, every: every, provenance: provenance, last: time.Now()}
}

// say writes to the log of a run. One that is full or gone ends no run.
func (k *keeper) say(replica int, layout string, values ...any) {
	fmt.Fprintf(k.group[replica].progress, layout+"\n", values...)
}

func (k *keeper) Load(dataChecksum string) []classification.State {
	k.provenance.DataChecksum = dataChecksum
	states := make([]classification.State, len(k.group))
	found := make([]bool, len(states))
	for i, m := range k.group {
		if m.absent() {
			found[i] = true
			continue
		}
		state, err := m.state(k.provenance)
		k.group[i].checkpoint = checkpoint.Checkpoint{} // which is large
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			k.startOver(i, err)
		default:
			states[i], found[i] = state, true
		}
	}
	if !slices.Contains(found, false) {
		return states
	}
	for i, m := range k.group {
		if found[i] && !m.absent() {
			k.startOver(i, errors.New("not all of its group have one to go on from"))
		}
	}
	return nil
}

func (k *keeper) startOver(replica int, why error) {
	k.say(replica, "starting over, without the checkpoint: %v", why)
}

func (k *keeper) Resume(states []classification.State, misfit error) error {
	for i, state := range states {
		if k.group[i].absent() {
			continue
		}
		if misfit != nil {
			k.startOver(i, misfit)
			continue
		}
		at := state.Training
		k.say(i, "going on from the checkpoint: epoch %d, %d steps of it made, after %.1f s of training", at.Epoch, at.Step, state.Seconds)
		if err := k.group[i].progress.Resumed(at.Epoch); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) Due() bool {
	return k.every > 0 && time.Since(k.last) >= k.every
}

func (k *keeper) Keep(states []classification.State) {
	if k.every == 0 {
		return
	}
	for i, state := range states {
		if state.Training.Epoch == 0 { // it diverged or is absent
			continue
		}
		c := checkpointOf(state)
		c.Key, c.Provenance = k.group[i].Key, k.provenance
		err := worker.WriteFile(k.group[i].Checkpoint, func(w io.Writer) error { return checkpoint.Write(w, c) })
		if err != nil {
			k.say(i, "going on without a checkpoint: %v", err)
		}
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
