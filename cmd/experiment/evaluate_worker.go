package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"experiment/internal/evaluation"
	"experiment/internal/protocol"
	"experiment/internal/run"
	"experiment/pipelines/catalogue"
)

// lossAsker asks a worker for the means of losses.
type lossAsker struct {
	worker  string // path
	losses  []lossChoice
	request protocol.LossesRequest
}

// newLossAsker finds the worker, where there are losses to ask for. The worker reads the files anew, so they
// cannot be pipes.
func newLossAsker(r evaluateRequest) (lossAsker, error) {
	a := lossAsker{losses: r.losses}
	if len(r.losses) == 0 {
		return a, nil
	}
	var err error
	if a.worker, err = findWorker(); err != nil {
		return a, err
	}
	if a.request.Labels, err = readableTwice(r.labels); err != nil {
		return a, err
	}
	for _, m := range r.models {
		path, err := readableTwice(m.path)
		if err != nil {
			return a, err
		}
		a.request.Predictions = append(a.request.Predictions, protocol.PredictionFile{Path: path, Probabilities: r.probabilities})
	}
	for _, l := range r.losses {
		a.request.Losses = append(a.request.Losses, l.loss)
	}
	a.request.Batch, err = defaultBatch()
	return a, err
}

// readableTwice returns the path of a file from the root, and refuses a pipe. What does not exist is left to
// who reads it.
func readableTwice(path string) (string, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return "", usageFailure(fmt.Errorf("reading %s: with --loss it is read twice, and it is no regular file", path), "save it to a file first")
	}
	return filepath.Abs(path)
}

// defaultBatch is how many examples a batch has in training where nothing else is said.
func defaultBatch() (int, error) {
	section, _ := catalogue.Classification().Section("train")
	for _, q := range section.Parameters {
		if size, ok := q.Default.(int64); ok && q.Name == "batch" {
			return int(size), nil
		}
	}
	return 0, errors.New("measuring losses: the catalogue has no size of a batch")
}

// addLosses adds the means of the losses to what was measured.
func (a lossAsker) addLosses(ctx context.Context, result *evaluation.Result) error {
	if len(a.losses) == 0 {
		return nil
	}
	answer, err := a.ask(ctx)
	if err != nil {
		return err
	}
	names, batch := make([]string, len(a.losses)), 0
	for i, l := range a.losses {
		names[i] = l.text
		if l.ofBatch {
			batch = a.request.Batch
		}
	}
	means := make([][]float64, len(answer.Means))
	for i, of := range answer.Means {
		for _, mean := range of {
			means[i] = append(means[i], float64(mean))
		}
	}
	result.AddLosses(names, batch, means)
	return nil
}

// ask starts a worker and waits for its answer.
func (a lossAsker) ask(ctx context.Context) (protocol.LossesAnswer, error) {
	question, err := json.Marshal(a.request)
	if err != nil {
		return protocol.LossesAnswer{}, fmt.Errorf("measuring losses: %w", err)
	}
	var out, complaint bytes.Buffer
	command := exec.CommandContext(ctx, a.worker, protocol.LossesFlag)
	command.Stdout, command.Stderr = &out, &complaint
	// The worker ends when this closes, which it does with this process.
	input, err := command.StdinPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		return protocol.LossesAnswer{}, machineFailure(workerError(a.worker, "", err), workerHint("", err))
	}
	_, writing := input.Write(question)
	if errors.Is(writing, syscall.EPIPE) {
		writing = nil // it ended before, and says why itself
	}
	if err := command.Wait(); err != nil {
		return protocol.LossesAnswer{}, a.failure(complaint.String(), err)
	}
	var answer protocol.LossesAnswer
	if err := errors.Join(writing, json.Unmarshal(out.Bytes(), &answer), a.check(answer)); err != nil {
		return protocol.LossesAnswer{}, machineFailure(fmt.Errorf("measuring losses: reading the answer of %s: %w", a.worker, err), buildHint)
	}
	return answer, nil
}

// check refuses an answer without a mean of every loss for every model.
func (a lossAsker) check(answer protocol.LossesAnswer) error {
	incomplete := func(means []run.Number) bool { return len(means) != len(a.losses) }
	if len(answer.Means) != len(a.request.Predictions) || slices.ContainsFunc(answer.Means, incomplete) {
		return errors.New("it does not have what was asked for")
	}
	return nil
}

// failure tells a worker that could not measure from one that could not start.
func (a lossAsker) failure(complaint string, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return machineFailure(workerError(a.worker, complaint, err), workerHint(complaint, err))
	}
	message := strings.TrimPrefix(strings.TrimSpace(complaint), "experiment-worker: ")
	switch exit.ExitCode() {
	case 1:
		return fmt.Errorf("measuring losses: %s", message)
	case 2:
		return machineFailure(fmt.Errorf("measuring losses: the worker %s is of another version: %s", a.worker, message), buildHint)
	}
	return machineFailure(workerError(a.worker, complaint, err), workerHint(complaint, err))
}
