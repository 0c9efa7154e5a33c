package calibration

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Bootstrap says how intervals are made.
type Bootstrap struct {
	Draws int     // how often the examples are drawn anew, at least 100
	Seed  uint64  // the same seed gives the same intervals, on any number of cores
	Level float64 // the coverage, such as 0.95, which is also what 0 means
	Bins  int     // of the metrics that have bins, from 1 to MaxBins
}

const (
	defaultLevel = .95
	fewestDraws  = 100
)

// mostCells is the largest number of bins over all classes.
const mostCells = 1 << 22

// check returns the settings with their defaults, or says what is wrong with them for so many classes.
func (b Bootstrap) check(classes int) (Bootstrap, error) {
	if b.Level == 0 {
		b.Level = defaultLevel
	}
	if !(b.Level > 0 && b.Level < 1) {
		return b, fmt.Errorf("a level of %v: it must lie between 0 and 1", b.Level)
	}
	// The ends are quantiles of the draws and need some beyond them.
	if needed := max(fewestDraws, int(math.Ceil(2/(1-b.Level)-1e-9))); b.Draws < needed {
		return b, fmt.Errorf("%d draws: a level of %v needs at least %d", b.Draws, b.Level, needed)
	}
	if err := validBins(b.Bins); err != nil {
		return b, err
	}
	if b.Bins > mostCells/classes {
		return b, fmt.Errorf("%d bins of each of %d classes: intervals take %d altogether at most", b.Bins, classes, mostCells)
	}
	return b, nil
}

// tail is the chance that the truth lies beyond one end of an interval.
func (b Bootstrap) tail() float64 { return (1 - b.Level) / 2 }

// Interval is a confidence interval of a metric, or of a difference of metrics.
type Interval struct {
	Name         string
	Lower, Upper float64 // NaN where it is undefined
}

// bounds are the ends of an interval and an estimate between them.
type bounds struct{ lower, middle, upper float64 }

// Intervals returns a confidence interval of what each metric would be on infinitely many examples like these, in
// the order of Metrics and without the noise floor. There are three kinds:
//
//   - Means, AURC and AUROC have bootstrap intervals corrected for bias and skewness (BCa); the accuracy and the
//     error of hard labels are binomial, and have the exact ones of Clopper and Pearson (1934).
//   - Calibration errors are biased upwards, by as much as there is noise in the labels, and a calibrated model has
//     an error of exactly 0, which no percentile reaches. Their intervals hold every true error at which the one
//     that was measured is likely (test inversion, Carpenter 1999), by labels that are drawn anew. The lower end is
//     0 where the model may be calibrated.
//   - The interval of the MCE holds the largest gap of the bins that are not empty, by exact limits of the accuracy
//     of each. It is wide where a bin has few examples, since these say little of their bin.
//
// An interval is undefined where the metric is not finite. With soft labels the intervals of calibration errors are as
// wide as with hard ones.
func (p *Predictions) Intervals(b Bootstrap) ([]Interval, error) {
	b, err := b.check(p.classes)
	if err != nil {
		return nil, fmt.Errorf("making intervals: %w", err)
	}
	smooth := p.resample(b)
	inverted := p.invert(b, smooth["overconfidence"])
	var intervals []Interval
	for _, name := range intervalNames() {
		ends, ok := inverted[name]
		switch {
		case ok:
		case p.labels.soft == nil && name == "accuracy":
			ends = p.accuracyBounds(b.tail())
		case p.labels.soft == nil && name == "error":
			accuracy := p.accuracyBounds(b.tail())
			ends = bounds{lower: 1 - accuracy.upper, upper: 1 - accuracy.lower}
		default:
			ends = smooth[name].bounds(b.tail())
		}
		intervals = append(intervals, Interval{name, ends.lower, ends.upper})
	}
	return intervals, nil
}

// Differences returns a confidence interval of metric(p) - metric(q) for each metric, in the order of Intervals. Both
// must predict the same examples, in the same order, and these are drawn together: what is hard for both does not
// widen the interval. Those of calibration errors are combined from the intervals of p and of q and their
// correlation (Zou and Donner 2008).
func Differences(p, q *Predictions, b Bootstrap) ([]Interval, error) {
	b, err := b.check(p.classes)
	if err == nil {
		err = sameExamples(p, q)
	}
	if err != nil {
		return nil, fmt.Errorf("comparing predictions: %w", err)
	}
	smoothP, smoothQ := p.resample(b), q.resample(b)
	invertedP, invertedQ := p.invert(b, smoothP["overconfidence"]), q.invert(b, smoothQ["overconfidence"])
	foldsP, foldsQ := p.foldErrors(b.Bins), q.foldErrors(b.Bins)
	var intervals []Interval
	for _, name := range intervalNames() {
		ends, ok := invertedP[name]
		if ok {
			ends = difference(ends, invertedQ[name], correlation(foldsP[name], foldsQ[name]))
		} else {
			ends = smoothP[name].minus(smoothQ[name]).bounds(b.tail())
		}
		intervals = append(intervals, Interval{name, ends.lower, ends.upper})
	}
	return intervals, nil
}

// intervalNames lists the metrics that have intervals in the order of listings.
func intervalNames() []string {
	return slices.DeleteFunc(MetricNames(), func(name string) bool { return name == "ece_noise_floor" })
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
