package calibration

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// proportionLimits returns the exact limits of a proportion of which hits of count were seen, each of which is wrong
// with a chance of at most tail (Clopper and Pearson 1934).
func proportionLimits(hits, count, tail float64) (lower, upper float64) {
	upper = 1
	if hits > 0 {
		lower = mathext.InvRegIncBeta(hits, count-hits+1, tail)
	}
	if hits < count {
		upper = mathext.InvRegIncBeta(hits+1, count-hits, 1-tail)
	}
	return lower, upper
}

// accuracyBounds returns the interval of the accuracy where labels are hard.
func (p *Predictions) accuracyBounds(tail float64) bounds {
	accuracy := p.Accuracy()
	lower, upper := proportionLimits(math.Round(accuracy*float64(p.Len())), float64(p.Len()), tail)
	return bounds{lower, accuracy, upper}
}

// largestGapBounds returns the interval of the largest gap of the bins that are not empty. No gap is far below its
// limits in all bins at once, nor the largest above the limit of its own bin.
func (p *Predictions) largestGapBounds(bins int, tail float64) bounds {
	groups, filled := equalWidth(p.confidence, p.hit, bins), 0.0
	for _, g := range groups {
		if g.count > 0 {
			filled++
		}
	}
	ends := bounds{middle: p.MCE(bins)}
	for _, g := range groups {
		if g.count == 0 {
			continue
		}
		count, forecast := float64(g.count), g.forecast/float64(g.count)
		lower, upper := proportionLimits(g.observed, count, tail/filled)
		ends.lower = max(ends.lower, forecast-upper, lower-forecast)
		lower, upper = proportionLimits(g.observed, count, tail/2)
		ends.upper = max(ends.upper, forecast-lower, upper-forecast)
	}
	return ends
}
