package classification

import (
	"fmt"

	"experiment/internal/run"
	"experiment/pipelines/calibration"
)

// scaling is one way to calibrate predictions, with what was fitted on the validation split.
type scaling struct {
	calibration run.Calibration
	temperature float64 // 0 where it has none
	apply       func(*calibration.Predictions) (*calibration.Predictions, error)
}

// measures says whether a split is measured under the scaling. Of the training split it is enough to know what the one
// temperature of the tables does: every scaling costs as much as measuring a split.
func (s scaling) measures(split run.Split) bool {
	return split != run.Train || s.calibration == run.Uncalibrated || s.calibration == run.TemperatureScale
}

// countsEntropies says whether the entropies of a split are counted under the scaling.
func (s scaling) countsEntropies(split run.Split) bool {
	return split != run.Train && (s.calibration == run.Uncalibrated || s.calibration == run.TemperatureScale)
}

// fitScalings fits every calibration on the validation split, and notes for the log what a reader should know of a
// fit. Vector scaling is left out where it cannot be fitted.
func fitScalings(validation *calibration.Predictions) (scalings []scaling, notes []string, err error) {
	scalings = []scaling{{
		calibration: run.Uncalibrated,
		apply:       func(p *calibration.Predictions) (*calibration.Predictions, error) { return p, nil },
	}}
	byNLL, err := validation.FitTemperature()
	if err != nil {
		return nil, nil, fmt.Errorf("fitting the temperature: %w", err)
	}
	byECE, err := validation.FitTemperatureByECE(calibration.DefaultBins)
	if err != nil {
		return nil, nil, fmt.Errorf("fitting the temperature by ece: %w", err)
	}
	scalings = append(scalings, byTemperature(run.TemperatureScale, byNLL), byTemperature(run.TemperatureByECE, byECE))
	if byNLL.AtBound {
		notes = append(notes, fmt.Sprintf("the temperature by nll, %.4g, lies at a bound of its search: the validation split is predicted perfectly, or no better than by chance", byNLL.Temperature))
	}
	if byECE.AtBound {
		notes = append(notes, fmt.Sprintf("the temperature by ece, %.4g, lies at an end of its grid", byECE.Temperature))
	}
	vector, err := fitVector(validation)
	if err != nil {
		return scalings, append(notes, err.Error()), nil
	}
	return append(scalings, vector), notes, nil
}

func byTemperature(as run.Calibration, fit calibration.Fit) scaling {
	return scaling{as, fit.Temperature, func(p *calibration.Predictions) (*calibration.Predictions, error) {
		return p.Scale(fit.Temperature)
	}}
}

// fitVector fits vector scaling, or says why it cannot be fitted.
func fitVector(validation *calibration.Predictions) (scaling, error) {
	if err := calibration.CheckVector(validation.Len(), validation.Classes()); err != nil {
		return scaling{}, fmt.Errorf("vector scaling is left out: %w", err)
	}
	fit, err := validation.FitVector()
	if err != nil {
		return scaling{}, err
	}
	return scaling{calibration: run.VectorScale, apply: func(p *calibration.Predictions) (*calibration.Predictions, error) {
		return p.ScaleVector(fit.Weights, fit.Biases)
	}}, nil
}
