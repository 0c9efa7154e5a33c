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
	below, above := err(low)-observed, err(high)-observed
	for above <= 0 {
		low, below = high, above
		high *= 2
		above = err(high) - observed
	}
	// Regula falsi; an end that stays has its excess halved (Illinois), and the middle is tried where that is slow.
	for step := 1; high-low > precision*high; step++ {
		scale := (low*above - high*below) / (above - below)
		if step%4 == 0 {
			scale = (low + high) / 2
		}
		excess := err(scale) - observed
		if math.Abs(excess) <= precision*precision*observed {
			return scale
		}
		if excess <= 0 {
			low, below, above = scale, excess, above/2
		} else {
			high, above, below = scale, excess, below/2
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

// mayBeCalibrated reports whether at least a share of tail of the labels that are drawn from the predictions
// themselves have an error as large as the one that was measured, which counts as one of them (the Monte Carlo test of
// Barnard 1963, which is exact).
func mayBeCalibrated(errs []float64, observed, tail float64) bool {
	const rounding = 1e-9
	asLarge := 1.0
	for _, e := range errs {
		if e >= observed*(1-rounding) {
			asLarge++
		}
	}
	return asLarge > tail*float64(len(errs)+1)
}

// invert returns the intervals of the calibration errors of these names.
func (p *Predictions) invert(b Bootstrap, names []string) map[string]bounds {
	intervals := p.invertConfidence(b, names)
	for _, name := range names {
		switch name {
		case "classwise_ece":
			intervals[name] = p.invertClasswise(b)
		case "mce":
			intervals[name] = p.largestGapBounds(b.Bins, b.tail())
		case "true_calibration_error":
			intervals[name] = p.invertTruth(b)
		}
	}
	return intervals
}
