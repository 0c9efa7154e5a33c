package calibration

import (
	"math"
	"slices"
)

// A calibration error is measured by gaps that are true gaps and noise. The true ones are taken to be like those
// of a recalibrated model, which is an estimate of them, but scale times as large; the noise is drawn from it. The
// error at scale 0 is what a calibrated model has.

// gaps are the gaps of groups, times the number of examples of each, in one draw: scale·drift + noise.
type gaps struct {
	drift []float64 // of the recalibrated model
	noise []float64
}

// deviation returns Σ|scale·drift + noise|.
func (g gaps) deviation(scale float64) float64 {
	sum := 0.0
	for b, d := range g.drift {
		sum += math.Abs(scale*d + g.noise[b])
	}
	return sum
}

// scaleAt returns the largest scale at which a draw has an error of at most the observed one, where the error is
// convex in the scale; 0 where already the noise is larger.
func scaleAt(observed float64, err func(scale float64) float64) float64 {
	const largest, precision = 1 << 40, 1e-6
	if err(0) > observed || err(largest) <= observed { // the latter where the drift is nil
		return 0
	}
	low, high := 0.0, 1.0
	for err(high) <= observed {
		low, high = high, 2*high
	}
	for high-low > precision*high {
		if middle := (low + high) / 2; err(middle) <= observed {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// scaleBounds returns the interval of the true error, given the scale of each draw and the true error at a scale. An
// error is in it where the draws have at least a chance of tail to be as small as what was observed, and to be as large.
func scaleBounds(scales []float64, tail float64, truth func(scale float64) float64) bounds {
	sorted := slices.Sorted(slices.Values(scales))
	at := func(fraction float64) float64 { return min(truth(quantile(sorted, fraction)), 1) }
	return bounds{at(tail), at(.5), at(1 - tail)}
}

// invert returns the intervals of the calibration errors. No error of the confidence is below |overconfidence|, so
// what that may be, they may be; this matters where gaps that all have one sign are small.
func (p *Predictions) invert(b Bootstrap, overconfidence resampled) map[string]bounds {
	intervals := p.invertConfidence(b)
	mean := overconfidence.bounds(b.tail())
	for name, ends := range intervals {
		ends.upper = max(ends.upper, -mean.lower, mean.upper)
		intervals[name] = ends
	}
	intervals["classwise_ece"] = p.invertClasswise(b)
	intervals["mce"] = p.largestGapBounds(b.Bins, b.tail())
	return intervals
}
