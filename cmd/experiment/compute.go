package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"experiment/internal/machine"
	"experiment/internal/run"
	"experiment/internal/sweep"
	"experiment/internal/worker"
	"experiment/pipelines/bound"
)

// computeCommand makes this program the worker of the pipelines that need no libtorch. It is not for people.
const computeCommand = "__compute"

// computed lists the pipelines that computeCommand computes.
func computed() map[string]func(run.Config) (run.Result, error) {
	return map[string]func(run.Config) (run.Result, error){"bound": bound.Run}
}

// needsWorker says whether a run is made by the program experiment-worker.
func needsWorker(r run.Run) bool { return computed()[r.Config.Pipeline()] == nil }

// doing returns the word for what is done with runs: one for training, where one of them trains, or another.
func doing(runs []run.Run, train, compute string) string {
	if len(runs) == 0 || slices.ContainsFunc(runs, needsWorker) {
		return train
	}
	return compute
}

// computeWorkers returns the command of the worker for each pipeline that this program computes itself.
func computeWorkers() (map[string][]string, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	workers := map[string][]string{}
	for pipeline := range computed() {
		workers[pipeline] = []string{program, computeCommand}
	}
	return workers, nil
}

// computer is a worker.Handler for the pipelines that this program computes itself.
type computer struct {
	description run.Provenance
}

// Describe says what is known of the machine; there is no libtorch in it.
func (c *computer) Describe() (run.Provenance, error) {
	c.description = machine.Describe()
	c.description.Commit, c.description.Dirty, c.description.Device = sourceCommit(), dirty, "cpu"
	return c.description, nil
}

func (c *computer) Run(_ context.Context, job worker.Job, _ []worker.Progress) ([]worker.Output, error) {
	var outputs []worker.Output
	for _, task := range job.Tasks {
		config, err := sweep.Complete(task.Config)
		if err != nil {
			return nil, err
		}
		compute, ok := computed()[config.Pipeline()]
		if !ok {
			return nil, fmt.Errorf("computing a run: pipeline %q needs another worker", config.Pipeline())
		}
		result, err := compute(config)
		if err != nil {
			return nil, err
		}
		outputs = append(outputs, worker.Output{Result: result, Provenance: c.description})
	}
	return outputs, nil
}
