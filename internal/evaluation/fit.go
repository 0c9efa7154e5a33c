package evaluation

import (
	"fmt"

	"experiment/pipelines/calibration"
)

// FitError says that nothing could be fitted on the predictions that Fit of a model holds.
type FitError struct {
	Model string // its name
	Err   error
}

func (e *FitError) Error() string { return e.Err.Error() }

func (e *FitError) Unwrap() error { return e.Err }

// fit fits the calibration of a model and returns it with the calibrated predictions.
func fit(m Model, options Options) (Fitted, *calibration.Predictions, error) {
	switch options.Method {
	case ByNLL:
		return scale(m, m.Fit.FitTemperature)
	case ByECE:
		return scale(m, func() (calibration.Fit, error) { return m.Fit.FitTemperatureByECE(options.Bins) })
	case Vector:
		return scaleVector(m)
	}
	return Fitted{}, nil, fmt.Errorf("fitting a calibration: there is no method %q", options.Method)
}

func scale(m Model, fit func() (calibration.Fit, error)) (Fitted, *calibration.Predictions, error) {
	found, err := fit()
	if err != nil {
		return Fitted{}, nil, &FitError{m.Name, err}
	}
	scaled, err := m.Predictions.Scale(found.Temperature)
	return Fitted{Temperature: found.Temperature, AtBound: found.AtBound}, scaled, err
}

func scaleVector(m Model) (Fitted, *calibration.Predictions, error) {
	found, err := m.Fit.FitVector()
	if err != nil {
		return Fitted{}, nil, &FitError{m.Name, err}
	}
	scaled, err := m.Predictions.ScaleVector(found.Weights, found.Biases)
	return Fitted{Weights: found.Weights, Biases: found.Biases}, scaled, err
}
