package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"experiment/internal/npy"
	"experiment/internal/run"
	"experiment/internal/sweep"
	"experiment/internal/torch"
	"experiment/internal/worker"
	"experiment/pipelines/classification"
	"experiment/pipelines/dataset"
)

// handler computes runs one after another and keeps the data set of the last one.
type handler struct {
	log         io.Writer // of the run under way
	trainer     classification.Trainer
	description run.Provenance
}

func (h *handler) Describe() (run.Provenance, error) {
	h.description = describe(torch.ReadInfo())
	return h.description, nil
}

func (h *handler) Run(ctx context.Context, job worker.Job, progress worker.Progress) (worker.Output, error) {
	device, err := torch.ParseDevice(job.Device)
	if err != nil {
		return worker.Output{}, err
	}
	config, err := sweep.Complete(job.Config)
	if err != nil {
		return worker.Output{}, err
	}
	provenance := h.description
	provenance.Device, provenance.DeviceName = device.String(), torch.DeviceName(device)
	h.trainer.Device, h.trainer.DataDir = device, job.DataDir
	h.trainer.Keeper = newKeeper(job, progress, provenance, h.log)
	observe := func(_ int, e run.Epoch) error { return progress.Epoch(e) }
	outputs, err := h.trainer.Run(ctx, []run.Config{config}, observe)
	if err != nil {
		return worker.Output{}, classify(err)
	}
	for _, note := range outputs[0].Notes {
		fmt.Fprintln(h.log, "note:", note)
	}
	artefacts, err := keep(job.Folder, outputs[0].Predictions)
	if err != nil {
		return worker.Output{}, err
	}
	provenance.DeviceMemory = torch.DeviceMemory(device)
	provenance.DataChecksum = outputs[0].DataChecksum
	return worker.Output{Result: outputs[0].Result, Artefacts: artefacts, Provenance: provenance}, nil
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
		return &worker.Failure{Kind: worker.OutOfMemory, Err: err}
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
