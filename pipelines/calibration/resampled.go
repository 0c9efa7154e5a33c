package calibration

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Resampled is what the draws of a Bootstrap say of metrics of predictions. It may be used from several goroutines at
// once.
type Resampled struct {
	predictions *Predictions
	settings    Bootstrap
	names       []string              // in the order of listings
	replicated  map[string]replicated // of the metrics that are smooth in the weights of examples
	inverted    map[string]bounds     // of calibration errors
	folds       func() map[string][]float64
}

// Resample draws the examples anew for the metrics of these names, or for every metric that has intervals where no name
// is given. The noise floor has none and may be named. A name that is unknown is an error, as is one of TruthNames
// where the labels are not soft.
func (p *Predictions) Resample(b Bootstrap, names ...string) (_ *Resampled, err error) {
	defer recoverChange(&err)
	b, err = b.check(p.classes)
	if err == nil {
		names, err = p.listed(names)
	}
	if err != nil {
		return nil, fmt.Errorf("making intervals: %w", err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "ece_noise_floor" })
	return &Resampled{
		predictions: p,
		settings:    b,
		names:       names,
		replicated:  p.resample(b, names),
		inverted:    p.invert(b, names),
		folds:       sync.OnceValue(func() map[string][]float64 { return p.foldErrors(b.Bins, names) }),
	}, nil
}

// Intervals returns a confidence interval of what each metric would be on infinitely many examples like these, in
// the order of listings. There are three kinds:
//
//   - Means, AURC and AUROC have bootstrap intervals corrected for bias and skewness (BCa); the accuracy and the
//     error of hard labels are binomial, and have the exact ones of Clopper and Pearson (1934).
//   - Calibration errors are biased upwards, by as much as there is noise in the labels, and a calibrated model has
//     an error of exactly 0, which no percentile reaches. Their intervals hold every true error at which the one
//     that was measured is likely (test inversion, Carpenter 1999), by labels that are drawn anew. So an interval may
//     lie below the error that was measured. The lower end is 0 where the model may be calibrated: where labels drawn
//     from its own probabilities often have so large an error. The upper end is at least what the mean
//     confidence and the mean accuracy allow.
//   - The interval of the MCE holds the largest gap of the bins that are not empty, by exact limits of the accuracy
//     of each. It is wide where a bin has few examples, since these say little of their bin.
//
// An interval is undefined where the metric is not finite. With soft labels the intervals of calibration errors are as
// wide as with hard ones, but for that of the true calibration error, which knows no noise of labels.
func (r *Resampled) Intervals() []Interval {
	var intervals []Interval
	p, tail := r.predictions, r.settings.tail()
	for _, name := range r.names {
		ends, ok := r.inverted[name]
		switch {
		case ok:
		case p.labels.soft == nil && name == "accuracy":
			ends = p.accuracyBounds(tail)
		case p.labels.soft == nil && name == "error":
			accuracy := p.accuracyBounds(tail)
			ends = bounds{lower: 1 - accuracy.upper, upper: 1 - accuracy.lower}
		default:
			ends = r.replicated[name].bounds(tail)
		}
		intervals = append(intervals, Interval{name, ends.lower, ends.upper})
	}
	return intervals
}

// Minus returns a confidence interval of metric(r) - metric(q) for each metric, in the order of Intervals. Both must be
// of the same metrics, by the same settings, and of predictions of the same examples in the same order, which are drawn
// together: what is hard for both does not widen the interval. Those of calibration errors are combined from the
// intervals of r and of q and their correlation (Zou and Donner 2008).
func (r *Resampled) Minus(q *Resampled) (_ []Interval, err error) {
	defer recoverChange(&err)
	err = r.sameDraws(q)
	if err == nil {
		err = sameExamples(r.predictions, q.predictions)
	}
	if err != nil {
		return nil, fmt.Errorf("comparing predictions: %w", err)
	}
	var intervals []Interval
	for _, name := range r.names {
		ends, ok := r.inverted[name]
		if ok {
			ends = difference(ends, q.inverted[name], correlation(r.folds()[name], q.folds()[name]))
		} else {
			ends = r.replicated[name].minus(q.replicated[name]).bounds(r.settings.tail())
		}
		intervals = append(intervals, Interval{name, ends.lower, ends.upper})
	}
	return intervals, nil
}

// sameDraws reports where the settings or the metrics of two differ.
func (r *Resampled) sameDraws(q *Resampled) error {
	switch {
	case r.settings != q.settings:
		return fmt.Errorf("one was resampled with %+v, the other with %+v", r.settings, q.settings)
	case (r.predictions.labels.soft == nil) != (q.predictions.labels.soft == nil):
		return errors.New("one has soft labels, the other hard ones")
	case !slices.Equal(r.names, q.names):
		return fmt.Errorf("one has the metrics %v, the other %v", r.names, q.names)
	}
	return nil
}

// Intervals returns those of Resample.
func (p *Predictions) Intervals(b Bootstrap, names ...string) ([]Interval, error) {
	r, err := p.Resample(b, names...)
	if err != nil {
		return nil, err
	}
	return r.Intervals(), nil
}

// Differences returns the intervals of metric(p) - metric(q), as Minus of what Resample returns for each. Who compares
// several predictions with the same others saves time by calling these.
func Differences(p, q *Predictions, b Bootstrap, names ...string) (_ []Interval, err error) {
	defer recoverChange(&err)
	if err := sameExamples(p, q); err != nil {
		return nil, fmt.Errorf("comparing predictions: %w", err)
	}
	first, err := p.Resample(b, names...)
	if err != nil {
		return nil, err
	}
	second, err := q.Resample(b, names...)
	if err != nil {
		return nil, err
	}
	return first.Minus(second)
}

// sameExamples reports where the labels of two predictions differ.
func sameExamples(p, q *Predictions) error {
	switch {
	case p.Len() != q.Len():
		return fmt.Errorf("one has %d examples, the other %d", p.Len(), q.Len())
	case p.classes != q.classes:
		return fmt.Errorf("one has %d classes, the other %d", p.classes, q.classes)
	case (p.labels.soft == nil) != (q.labels.soft == nil):
		return errors.New("one has soft labels, the other hard ones")
	}
	return inChunks(p.Len(), func(_, start, end int) error {
		a, b := make([]float64, p.classes), make([]float64, p.classes)
		for i := start; i < end; i++ {
			p.posterior(i, a)
			q.posterior(i, b)
			if !slices.Equal(a, b) {
				return fmt.Errorf("row %d: the labels differ", i)
			}
		}
		return nil
	})
}
