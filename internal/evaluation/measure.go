package evaluation

import (
	"fmt"

	"experiment/pipelines/calibration"
)

// Measure measures models, of which there is at least one, all of the same examples and classes. Errors name
// the model, where it has a name.
func Measure(models []Model, options Options) (Result, error) {
	first := models[0].Predictions
	result := Result{N: first.Len(), Classes: first.Classes(), Bins: options.Bins, Bootstrap: options.Bootstrap}
	if options.Bootstrap.Draws > 0 {
		if err := options.resampling().Check(first.Classes()); err != nil {
			return Result{}, fmt.Errorf("making intervals: %w", err)
		}
	}
	var drawn []resampled
	for _, m := range models {
		measured, draws, err := measure(m, options)
		if err != nil {
			return Result{}, named(m.Name, err)
		}
		drawn = append(drawn, draws)
		result.Models = append(result.Models, measured)
		if measured.Fitted != nil {
			result.Method = options.Method
		}
	}
	for i, m := range models[1:] {
		difference, err := result.difference(i+1, drawn)
		if err != nil {
			return Result{}, named(m.Name, err)
		}
		result.Differences = append(result.Differences, difference)
	}
	return result, nil
}

func named(model string, err error) error {
	if model == "" {
		return err
	}
	return fmt.Errorf("model %s: %w", model, err)
}

// resampled are the draws of a model's predictions, as they are and calibrated; nil where there are none.
type resampled struct{ plain, fitted *calibration.Resampled }

// measure returns what was found of a model.
func measure(m Model, options Options) (measured Measured, drawn resampled, err error) {
	measured.Name = m.Name
	if measured.View, drawn.plain, err = look(m.Predictions, options); err != nil || m.Fit == nil {
		return measured, drawn, err
	}
	fitted, scaled, err := fit(m, options)
	if err != nil {
		return measured, drawn, err
	}
	if fitted.View, drawn.fitted, err = look(scaled, options); err != nil {
		return measured, drawn, err
	}
	fitted.OnMeasured = m.FitMeasured
	measured.Fitted = &fitted
	return measured, drawn, nil
}

// look measures predictions.
func look(p *calibration.Predictions, options Options) (View, *calibration.Resampled, error) {
	metrics, err := p.Metrics(options.Bins, options.Metrics...)
	if err != nil {
		return View{}, nil, err
	}
	view := View{Reliability: p.Reliability(options.Bins)}
	if options.Bootstrap.Draws == 0 {
		view.Metrics = withIntervals(metrics, nil)
		return view, nil, nil
	}
	drawn, err := p.Resample(options.resampling(), options.Metrics...)
	if err != nil {
		return View{}, nil, err
	}
	view.Metrics = withIntervals(metrics, drawn.Intervals())
	return view, drawn, nil
}

func (o Options) resampling() calibration.Bootstrap {
	return calibration.Bootstrap{Draws: o.Bootstrap.Draws, Seed: o.Bootstrap.Seed, Level: o.Bootstrap.Level, Bins: o.Bins}
}

// withIntervals puts to each metric the interval of its name.
func withIntervals(metrics []calibration.Metric, intervals []calibration.Interval) []Metric {
	joined := make([]Metric, len(metrics))
	for i, m := range metrics {
		joined[i].Metric = m
		for _, interval := range intervals {
			if interval.Name == m.Name {
				joined[i].Interval = &Interval{interval.Lower, interval.Upper}
			}
		}
	}
	return joined
}

// difference compares model i with the first.
func (r Result) difference(i int, drawn []resampled) (Difference, error) {
	m, first := r.Models[i], r.Models[0]
	d := Difference{Name: m.Name}
	var err error
	if d.Metrics, err = subtract(m.View, first.View, drawn[i].plain, drawn[0].plain); err != nil {
		return d, err
	}
	if m.Fitted != nil {
		d.Fitted, err = subtract(m.Fitted.View, first.Fitted.View, drawn[i].fitted, drawn[0].fitted)
	}
	return d, err
}

// subtract returns a - b, with intervals where there are draws of the same examples for both.
func subtract(a, b View, drawnA, drawnB *calibration.Resampled) ([]Metric, error) {
	differences := make([]calibration.Metric, len(a.Metrics))
	for i, m := range a.Metrics {
		differences[i] = calibration.Metric{Name: m.Name, Value: m.Value - b.Metrics[i].Value}
	}
	if drawnA == nil {
		return withIntervals(differences, nil), nil
	}
	intervals, err := drawnA.Minus(drawnB)
	return withIntervals(differences, intervals), err
}

// AddLosses adds the means of training losses, for each model one of each loss, and their differences. Who computes
// them is the caller's choice; batch is the number of examples of a batch, 0 where no loss is a value of one.
func (r *Result) AddLosses(losses []string, batch int, means [][]float64) {
	r.Losses, r.LossBatch = losses, batch
	for i := range r.Models {
		r.Models[i].Losses = means[i]
	}
	for i := range r.Differences {
		d := &r.Differences[i]
		d.Losses = make([]float64, len(losses))
		for j := range losses {
			d.Losses[j] = means[i+1][j] - means[0][j]
		}
	}
}
