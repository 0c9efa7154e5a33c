package main

import (
	"errors"
	"fmt"

	"experiment/internal/evaluation"
	"experiment/internal/predictions"
	"experiment/pipelines/calibration"
)

// measure reads the files and measures what they hold.
func measure(r evaluateRequest) (evaluation.Result, error) {
	measured, err := readPredictions(r.models, r.probabilities, r.labels, r.losses)
	if err != nil {
		return evaluation.Result{}, err
	}
	fitted, err := readPredictions(r.fits, false, r.fitLabels, nil)
	if err != nil {
		return evaluation.Result{}, err
	}
	if r.fits != nil && fitted[0].Classes() != measured[0].Classes() {
		return evaluation.Result{}, usageFailure(fmt.Errorf("fitting a calibration: %s has %d classes, and %s has %d",
			r.fits[0].path, fitted[0].Classes(), r.models[0].path, measured[0].Classes()), "")
	}
	models := make([]evaluation.Model, len(measured))
	for i, p := range measured {
		models[i] = evaluation.Model{Name: r.models[i].name, Predictions: p}
		if r.fits != nil {
			models[i].Fit = fitted[i]
		}
	}
	result, err := evaluation.Measure(models, r.options)
	if err != nil {
		return evaluation.Result{}, usageFailure(err, "")
	}
	return result, nil
}

// readPredictions reads the predictions of each file, and the labels that they share.
func readPredictions(files []namedFile, probabilities bool, labels string, losses []lossChoice) (read []*calibration.Predictions, err error) {
	open, from := predictions.OpenLogits, calibration.FromLogits[float64, int]
	if probabilities {
		open, from = predictions.OpenProbabilities, calibration.FromProbabilities[float64, int]
	}
	var first *predictions.Matrix
	var classes []int
	for _, f := range files {
		matrix, err := open(f.path)
		if err != nil {
			return nil, f.failure(err)
		}
		if first == nil {
			first = matrix
			if classes, err = readClasses(labels, matrix.Rows, matrix.Columns); err != nil {
				return nil, usageFailure(errors.Join(err, matrix.Close()), "")
			}
		}
		if matrix.Rows != first.Rows || matrix.Columns != first.Columns {
			return nil, usageFailure(errors.Join(fmt.Errorf("reading %s: %d rows of %d classes, and %s has %d of %d",
				f.path, matrix.Rows, matrix.Columns, files[0].path, first.Rows, first.Columns), matrix.Close()), "")
		}
		values := make([]float64, matrix.Rows*matrix.Columns)
		for i, row := 0, values; i < matrix.Rows; i, row = i+1, row[matrix.Columns:] {
			matrix.Row(i, row[:matrix.Columns])
		}
		p, err := from(values, classes, matrix.Columns)
		if err = errors.Join(err, matrix.Close()); err != nil {
			return nil, usageFailure(err, "")
		}
		read = append(read, p)
	}
	return read, nil
}

func readClasses(name string, rows, classes int) ([]int, error) {
	labels, err := predictions.OpenLabels(name, rows, classes)
	if err != nil {
		return nil, err
	}
	if labels.Soft != nil {
		return nil, errors.Join(fmt.Errorf("reading %s: %d columns, and labels are one class for each row", name, classes), labels.Close())
	}
	return labels.Classes, nil
}
