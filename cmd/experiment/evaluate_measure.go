package main

import (
	"errors"
	"fmt"
	"slices"

	"experiment/internal/evaluation"
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
	if i := slices.IndexFunc(r.options.Metrics, needsSoftLabels); i >= 0 && measured.labels.Soft == nil {
		return evaluation.Result{}, usageFailure(fmt.Errorf("reading --metrics: %s needs soft labels, and those of %s are classes", r.options.Metrics[i], r.labels),
			"soft labels have a column of probabilities for each class")
	}
	fitted, err := openPredictions(r.fits, false, r.fitLabels)
	defer func() { err = errors.Join(err, fitted.close()) }()
	if err != nil {
		return evaluation.Result{}, err
	}
	if err := r.checkFit(measured, fitted); err != nil {
		return evaluation.Result{}, err
	}
	result, err = r.measureOpen(measured, fitted)
	if changed := errors.Join(measured.changed(), fitted.changed()); changed != nil {
		return evaluation.Result{}, machineFailure(changed, "repeat the command once nothing writes to it")
	}
	return result, err
}

func needsSoftLabels(metric string) bool { return slices.Contains(calibration.TruthNames(), metric) }

// checkFit says why nothing can be fitted, as far as the shapes of the files tell.
func (r evaluateRequest) checkFit(measured, fitted *openFiles) error {
	if r.fits == nil {
		return nil
	}
	rows, classes := fitted.matrices[0].Rows, fitted.matrices[0].Columns
	if want := measured.matrices[0].Columns; classes != want {
		return usageFailure(fmt.Errorf("fitting a calibration: %s has %d classes, and %s has %d", r.fits[0].path, classes, r.models[0].path, want), "")
	}
	if r.options.Method != evaluation.Vector {
		return nil
	}
	if err := calibration.CheckVector(rows, classes); err != nil {
		return usageFailure(fmt.Errorf("fitting a calibration on %s: %w", r.fits[0].path, err), "--fit nll fits one temperature, on any number of examples")
	}
	return nil
}

// measureOpen measures files that are open.
func (r evaluateRequest) measureOpen(measured, fitted *openFiles) (evaluation.Result, error) {
	models := make([]evaluation.Model, len(r.models))
	for i := range models {
		var err error
		models[i].Name = r.models[i].name
		if models[i].Predictions, err = measured.read(i); err != nil {
			return evaluation.Result{}, err
		}
		if r.fits == nil {
			continue
		}
		models[i].FitMeasured = sameFile(r.fits[i].path, r.models[i].path)
		if models[i].Fit, err = fitted.read(i); err != nil {
			return evaluation.Result{}, err
		}
	}
	result, err := evaluation.Measure(models, r.options)
	if err != nil {
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
