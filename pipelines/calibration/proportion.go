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

// meanGap is the gap between the confidence and the accuracy of some examples as one group.
type meanGap struct {
	count, forecast, hits float64 // sums over the examples
	squares               float64 // of gaps, and the variances of labels that are soft
}

func (g *meanGap) add(confidence, hit float64) {
	g.count++
	g.forecast += confidence
	g.hits += hit
	g.squares += (confidence-hit)*(confidence-hit) + hit*(1-hit)
}

// fewOutcomes is the number of hits, or of misses, below which their number is not taken for normal.
const fewOutcomes = 30

func (g meanGap) few() bool { return min(g.hits, g.count-g.hits) < fewOutcomes }

// largest returns a limit of the absolute gap that is wrong with a chance of about tail: from the exact limits of the
// accuracy where there are few hits or few misses, else from that of the normal distribution.
func (g meanGap) largest(tail float64) float64 {
	forecast, gap := g.forecast/g.count, (g.forecast-g.hits)/g.count
	if g.few() {
		lower, upper := proportionLimits(g.hits, g.count, tail)
		return max(forecast-lower, upper-forecast)
	}
	return math.Abs(gap) + normalQuantile(1-tail)*math.Sqrt((g.squares/g.count-gap*gap)/g.count)
}

// towardsZero returns by how much the absolute gap may be smaller than it looks, by the exact limits of the accuracy.
func (g meanGap) towardsZero(tail float64) float64 {
	lower, upper := proportionLimits(g.hits, g.count, tail)
	if g.hits > g.forecast {
		return g.hits/g.count - lower
	}
	return upper - g.hits/g.count
}

// widen returns the interval of an error of which the gap, times a share, is a lower bound, given what was measured: what the
// gap may be, the error may be. Where there are few hits or few misses, draws that are like those do not tell how few
// others might have been; there the error is also as much smaller than it looks as the gap may be.
func (g meanGap) widen(ends bounds, observed, share, tail float64) bounds {
	if g.count == 0 {
		return ends
	}
	ends.upper = max(ends.upper, share*g.largest(tail))
	if g.few() {
		ends.lower = min(ends.lower, max(observed-share*g.towardsZero(tail), 0))
	}
	return ends
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
