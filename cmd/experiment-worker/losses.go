package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"experiment/internal/predictions"
	"experiment/internal/protocol"
	"experiment/internal/run"
	"experiment/pipelines/loss"
)

// answerLosses serves the request that comes on standard input.
func answerLosses(in io.Reader, out io.Writer) error {
	var request protocol.LossesRequest
	if err := json.NewDecoder(in).Decode(&request); err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	go exitAtEnd(in)
	var answer protocol.LossesAnswer
	for _, file := range request.Predictions {
		means, err := meansOf(file, request)
		if err != nil {
			return err
		}
		answer.Means = append(answer.Means, means)
	}
	if err := json.NewEncoder(out).Encode(answer); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}

// exitAtEnd ends the process when nobody waits for it any more: what computes in C++ cannot be asked to.
func exitAtEnd(in io.Reader) {
	if _, err := io.Copy(io.Discard, in); err != nil {
		fmt.Fprintln(os.Stderr, "experiment-worker: reading standard input:", err)
	}
	os.Exit(1)
}

// meansOf averages the losses over the predictions of a file.
func meansOf(file protocol.PredictionFile, request protocol.LossesRequest) (means []run.Number, err error) {
	open := predictions.OpenLogits
	if file.Probabilities {
		open = predictions.OpenProbabilities
	}
	matrix, err := open(file.Path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, matrix.Close()) }()
	labels, err := predictions.OpenLabels(request.Labels, matrix.Rows, matrix.Columns)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, labels.Close()) }()
	sample := sampleOf(matrix, file.Probabilities, labels)
	for _, l := range request.Losses {
		mean, err := loss.Mean(sample, loss.Member{Name: l.Name, Parameters: l.Parameters}, request.Batch)
		if err != nil {
			return nil, fmt.Errorf("measuring %s: %w", file.Path, err)
		}
		means = append(means, run.Number(mean))
	}
	return means, nil
}

func sampleOf(matrix *predictions.Matrix, probabilities bool, labels *predictions.Labels) loss.Sample {
	sample := loss.Sample{N: matrix.Rows, C: matrix.Columns, Logits: matrix}
	if probabilities {
		sample.Logits = logarithms{matrix}
	}
	if labels.Soft != nil {
		sample.Posterior = labels.Soft
		return sample
	}
	sample.Labels = make([]int64, len(labels.Classes))
	for i, class := range labels.Classes {
		sample.Labels[i] = int64(class)
	}
	return sample
}

// logarithms are logits whose softmax the probabilities are.
type logarithms struct{ probabilities loss.Rows }

func (l logarithms) Row(i int, row []float64) {
	l.probabilities.Row(i, row)
	for k, q := range row {
		row[k] = math.Log(q)
	}
}
