package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"experiment/internal/evaluation"
	"experiment/internal/predictions"
	"experiment/pipelines/calibration"
)

// measure measures what the files hold. They stay open meanwhile, for their rows are read where they lie.
func measure(r evaluateRequest) (result evaluation.Result, err error) {
	measured, err := openPredictions(r.models, r.probabilities, r.labels)
	defer func() { err = errors.Join(err, measured.close()) }()
	if err != nil {
		return evaluation.Result{}, err
	}
	if i := slices.IndexFunc(r.losses, func(l lossChoice) bool { return l.ofBatch }); i >= 0 && measured.labels.Soft != nil {
		return evaluation.Result{}, usageFailure(fmt.Errorf(
			"reading --loss %s: it is a value of a batch of examples whose labels are known, and %s has soft labels", r.losses[i].text, r.labels), "")
	}
	fitted, err := openPredictions(r.fits, false, r.fitLabels)
	defer func() { err = errors.Join(err, fitted.close()) }()
	if err != nil {
		return evaluation.Result{}, err
	}
	if r.fits != nil && fitted.matrices[0].Columns != measured.matrices[0].Columns {
		return evaluation.Result{}, usageFailure(fmt.Errorf("fitting a calibration: %s has %d classes, and %s has %d",
			r.fits[0].path, fitted.matrices[0].Columns, r.models[0].path, measured.matrices[0].Columns), "")
	}
	models := make([]evaluation.Model, len(r.models))
	for i := range models {
		models[i].Name = r.models[i].name
		if models[i].Predictions, err = measured.read(i); err != nil {
			return evaluation.Result{}, err
		}
		if r.fits == nil {
			continue
		}
		if models[i].Fit, err = fitted.read(i); err != nil {
			return evaluation.Result{}, err
		}
	}
	if result, err = evaluation.Measure(models, r.options); err != nil {
		return evaluation.Result{}, usageFailure(r.located(err), "")
	}
	result.SoftLabels = measured.labels.Soft != nil
	return result, nil
}

// located names the file that nothing can be fitted on.
func (r evaluateRequest) located(err error) error {
	var unfit *evaluation.FitError
	if errors.As(err, &unfit) {
		for _, f := range r.fits {
			if f.name == unfit.Model {
				return fmt.Errorf("fitting a calibration on %s: %w", f.path, unfit.Err)
			}
		}
	}
	return err
}

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
	if err != nil {
		located := cmp.Or(matrix.Check(), o.labels.Check(), fmt.Errorf("measuring %s: %w", o.names[i].path, err))
		return nil, usageFailure(located, "")
	}
	return p, nil
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
