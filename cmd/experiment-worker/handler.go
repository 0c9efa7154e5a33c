package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"experiment/internal/npy"
	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/internal/worker"
	"experiment/pipelines/classification"
	"experiment/pipelines/dataset"
	"experiment/pipelines/lockstep"
)

// handler computes runs one group after another and keeps the data set of the last one.
type handler struct {
	trainer     classification.Trainer
	description run.Provenance
}

func (h *handler) Describe() (run.Provenance, error) {
	h.description = describe(torch.ReadInfo())
	return h.description, nil
}

func (h *handler) Run(ctx context.Context, job worker.Job, progress []worker.Progress) ([]worker.Output, error) {
	settle()
	device, err := torch.ParseDevice(job.Device)
	if err != nil {
		return nil, err
	}
	provenance := h.description
	provenance.Device, provenance.DeviceName = device.String(), torch.DeviceName(device)
	group := newGroup(job, progress).asBegun(provenance)
	configs, err := group.configs()
	if err != nil {
		return nil, err
	}
	provenance.Replicas = len(group)
	if len(group) > 1 && !lockstep.Exact(configs[group.place(job.Tasks[0].Key)], job.Device) {
		provenance.Group = group.keys()
	}
	if err := group.circumstances(provenance); err != nil {
		return nil, err
	}
	h.trainer.Device, h.trainer.DataDir, h.trainer.Graph = device, job.DataDir, job.Graph
	h.trainer.Keeper = newKeeper(group, job.CheckpointEvery, provenance)
	trained, err := h.trainer.Run(ctx, configs, group)
	if err != nil {
		return nil, classify(err)
	}
	outputs := make([]worker.Output, len(job.Tasks))
	for i, task := range job.Tasks {
		output := trained[group.place(task.Key)]
		if output.Diverged != nil {
			continue
		}
		for _, note := range output.Notes {
			fmt.Fprintln(progress[i], "note:", note)
		}
		artefacts, err := keep(task.Folder, output.Predictions)
		if err != nil { // which is no reason to lose what the others have come to
			if err := progress[i].Failed(err); err != nil {
				return nil, err
			}
			continue
		}
		provenance.DataChecksum, provenance.DeviceMemory, provenance.Steps = output.DataChecksum, output.DeviceMemory, steps(device, output)
		outputs[i] = worker.Output{Result: output.Result, Artefacts: artefacts, Provenance: provenance}
	}
	return outputs, nil
}

// steps says how a device made those of a run.
func steps(device torch.Device, output classification.Output) string {
	switch {
	case device == torch.CPU:
		return ""
	case output.Replayed:
		return run.Replayed
	}
	return run.OneByOne
}

// classify says what kind of failure an error is.
func classify(err error) error {
	var missing *dataset.MissingError
	var damaged *dataset.DamagedError
	if epoch, diverged := classification.Diverged(err); diverged {
		return &worker.Failure{Kind: worker.Diverged, Epoch: epoch, Err: err}
	}
	if errors.As(err, &missing) || errors.As(err, &damaged) {
		return &worker.Failure{Kind: worker.MissingData, Err: err}
	}
	if errors.Is(err, torch.ErrOutOfMemory) {
		return &worker.Failure{Kind: worker.OutOfMemory, Err: fmt.Errorf("%w; a smaller train.batch or model.width, fewer --jobs or a smaller --fuse need less", err)}
	}
	return err
}

// keep writes the logits of each split, [n, classes] in the single precision they were computed in, and
// the labels, [n], as NumPy files.
func keep(folder string, predictions []classification.Predictions) ([]run.Artefact, error) {
	var artefacts []run.Artefact
	for _, p := range predictions {
		logits := make([]float32, len(p.Logits))
		for i, v := range p.Logits {
			logits[i] = float32(v)
		}
		n := len(p.Labels)
		for _, file := range []struct {
			kind  string
			write func(io.Writer) error
		}{
			{string(p.Split) + "-logits", func(w io.Writer) error { return npy.Write(w, logits, n, p.Classes) }},
			{string(p.Split) + "-labels", func(w io.Writer) error { return npy.Write(w, p.Labels, n) }},
		} {
			artefact, err := worker.WriteArtefact(folder, file.kind, file.write)
			if err != nil {
				return nil, err
			}
			artefacts = append(artefacts, artefact)
		}
	}
	return artefacts, nil
}
