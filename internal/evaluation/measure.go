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
	calibrated := make([]*calibration.Predictions, len(models))
	for i, m := range models {
		measured, scaled, err := measure(m, options)
		if err != nil {
			return Result{}, named(m.Name, err)
		}
		calibrated[i] = scaled
		result.Models = append(result.Models, measured)
		if scaled != nil {
			result.Method = options.Method
		}
	}
	for i, m := range models[1:] {
		difference, err := result.difference(i+1, m, models[0], calibrated)
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

// measure returns what was found of a model, and its calibrated predictions, nil where nothing was fitted.
func measure(m Model, options Options) (Measured, *calibration.Predictions, error) {
	measured := Measured{Name: m.Name}
	var err error
	if measured.View, err = look(m.Predictions, options); err != nil || m.Fit == nil {
		return measured, nil, err
	}
	fitted, scaled, err := fit(m, options)
	if err != nil {
		return measured, nil, err
	}
	if fitted.View, err = look(scaled, options); err != nil {
		return measured, nil, err
	}
	measured.Fitted = &fitted
	return measured, scaled, nil
}

// look measures predictions.
func look(p *calibration.Predictions, options Options) (View, error) {
	metrics, err := p.Metrics(options.Bins, options.Metrics...)
	if err != nil {
		return View{}, err
	}
	var intervals []calibration.Interval
	if options.Bootstrap.Draws > 0 {
		if intervals, err = p.Intervals(options.resampling()); err != nil {
			return View{}, err
		}
	}
	return View{Metrics: withIntervals(metrics, intervals), Reliability: p.Reliability(options.Bins)}, nil
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
func (r Result) difference(i int, m, first Model, calibrated []*calibration.Predictions) (Difference, error) {
	d := Difference{Name: m.Name}
	var err error
	if d.Metrics, err = r.subtract(r.Models[i].View, r.Models[0].View, m.Predictions, first.Predictions); err != nil {
		return d, err
	}
	if calibrated[i] != nil {
		d.Fitted, err = r.subtract(r.Models[i].Fitted.View, r.Models[0].Fitted.View, calibrated[i], calibrated[0])
	}
	return d, err
}

// subtract returns a - b, with intervals that draw the same examples for both.
func (r Result) subtract(a, b View, p, q *calibration.Predictions) ([]Metric, error) {
	differences := make([]calibration.Metric, len(a.Metrics))
	for i, m := range a.Metrics {
		differences[i] = calibration.Metric{Name: m.Name, Value: m.Value - b.Metrics[i].Value}
	}
	if r.Bootstrap.Draws == 0 {
		return withIntervals(differences, nil), nil
	}
	options := Options{Bins: r.Bins, Bootstrap: r.Bootstrap}
	intervals, err := calibration.Differences(p, q, options.resampling())
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
