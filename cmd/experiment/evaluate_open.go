package main

import (
	"errors"
	"fmt"

	"experiment/internal/predictions"
	"experiment/pipelines/calibration"
)

// openFiles are the predictions of several models of the same examples, and the labels of these.
type openFiles struct {
	names         []namedFile
	probabilities bool
	matrices      []*predictions.Matrix
	labels        *predictions.Labels // nil where there are no models
}

// openPredictions opens files of one shape. What was opened before an error is to be closed too.
func openPredictions(files []namedFile, probabilities bool, labels string) (*openFiles, error) {
	o := &openFiles{names: files, probabilities: probabilities}
	open := predictions.OpenLogits
	if probabilities {
		open = predictions.OpenProbabilities
	}
	for _, f := range files {
		m, err := open(f.path)
		if err != nil {
			return o, f.failure(err)
		}
		o.matrices = append(o.matrices, m)
		if first := o.matrices[0]; m.Rows != first.Rows || m.Columns != first.Columns {
			return o, usageFailure(fmt.Errorf("reading %s: %d rows of %d classes, and %s has %d of %d",
				f.path, m.Rows, m.Columns, files[0].path, first.Rows, first.Columns), "models are compared on the same examples")
		}
	}
	if len(files) == 0 {
		return o, nil
	}
	var err error
	if o.labels, err = predictions.OpenLabels(labels, o.matrices[0].Rows, o.matrices[0].Columns); err != nil {
		return o, usageFailure(err, "")
	}
	return o, nil
}

// read looks at every row of model i. An error names the file and the row.
func (o *openFiles) read(i int) (*calibration.Predictions, error) {
	from := calibration.FromLogitRows
	if o.probabilities {
		from = calibration.FromProbabilityRows
	}
	matrix := o.matrices[i]
	labels := calibration.HardLabels(o.labels.Classes)
	if o.labels.Soft != nil {
		labels = calibration.SoftLabels(matrix.Rows, o.labels.Soft)
	}
	p, err := from(matrix, labels, matrix.Columns)
	var wrong *calibration.RowError
	switch {
	case err == nil:
		return p, nil
	case !errors.As(err, &wrong):
		err = fmt.Errorf("measuring %s: %w", o.names[i].path, err)
	case wrong.Labels:
		err = o.labels.RowError(wrong.Row, wrong.Err)
	default:
		err = matrix.RowError(wrong.Row, wrong.Err)
	}
	return nil, usageFailure(err, "")
}

// changed names the files that were written to since they were opened.
func (o *openFiles) changed() error {
	var err error
	for _, m := range o.matrices {
		err = errors.Join(err, m.Err())
	}
	if o.labels != nil {
		err = errors.Join(err, o.labels.Err())
	}
	return err
}

func (o *openFiles) close() error {
	var err error
	for _, m := range o.matrices {
		err = errors.Join(err, m.Close())
	}
	if o.labels != nil {
		err = errors.Join(err, o.labels.Close())
	}
	return err
}
