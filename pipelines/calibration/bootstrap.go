package calibration

import (
	"fmt"
	"math"
)

// Bootstrap says how intervals are made.
type Bootstrap struct {
	Draws int     // how often the examples are drawn anew, at least FewestDraws
	Seed  uint64  // the same seed gives the same intervals, on any number of cores
	Level float64 // the coverage, such as 0.95, which is also what 0 means
	Bins  int     // of the metrics that have bins, from 1 to MaxBins
}

// FewestDraws is the least number of draws, of a level up to 0.98; beyond it more are needed.
const FewestDraws = 100

const defaultLevel = .95

// mostCells is the largest number of bins over all classes.
const mostCells = 1 << 22

// Check says what is wrong with the settings for predictions of so many classes.
func (b Bootstrap) Check(classes int) error {
	_, err := b.check(classes)
	return err
}

// check returns the settings with their defaults, or says what is wrong with them for so many classes.
func (b Bootstrap) check(classes int) (Bootstrap, error) {
	if b.Level == 0 {
		b.Level = defaultLevel
	}
	if !(b.Level > 0 && b.Level < 1) {
		return b, fmt.Errorf("a level of %v: it must lie between 0 and 1", b.Level)
	}
	// The ends are quantiles of the draws and need some beyond them.
	if needed := b.fewestDraws(); b.Draws < needed {
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

// fewestDraws returns the least number of draws that the level needs.
func (b Bootstrap) fewestDraws() int { return max(FewestDraws, int(math.Ceil(2/(1-b.Level)-1e-9))) }

// test returns the settings of a test whether predictions may be calibrated, which is exact with any number of draws.
func (b Bootstrap) test() Bootstrap {
	b.Draws = b.fewestDraws()
	return b
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
