package calibration

import "gonum.org/v1/gonum/stat"

// gapVariance is the variance of the gap of a group from the chance in its labels. The accuracy is that of the group
// and of one more example as forecast, so that a group of one has a variance too.
func (g group) gapVariance() float64 {
	count := float64(g.count)
	accuracy := (g.observed + g.forecast/count) / (count + 1)
	return accuracy * (1 - accuracy) / count
}

// shrunkGaps estimates the true gaps of groups: those seen, drawn towards a curve by as much as chance alone would
// scatter them about it (empirical Bayes; the variance by moments, DerSimonian and Laird 1986). The accuracy
// that a gap leaves is at most that of examples which are all right and of one as forecast, and at least that of
// examples which are all wrong and of such a one. The gap of an empty group is 0.
func shrunkGaps(groups []group, curve []float64) []float64 {
	n, excess := 0.0, 0.0
	for b, g := range groups {
		if g.count > 0 {
			scatter := g.gap() - curve[b]
			n += float64(g.count)
			excess += float64(g.count) * (scatter*scatter - g.gapVariance())
		}
	}
	variance := max(excess/n, 0)
	gaps := make([]float64, len(groups))
	for b, g := range groups {
		if g.count == 0 {
			continue
		}
		gaps[b] = curve[b]
		if variance > 0 {
			gaps[b] += variance / (variance + g.gapVariance()) * (g.gap() - curve[b])
		}
		forecast, _ := g.means()
		most := float64(g.count) / float64(g.count+1)
		gaps[b] = min(max(gaps[b], -most*(1-forecast)), most*forecast)
	}
	return gaps
}

// lineThrough returns the line through the gaps of groups against their forecasts, weighted by their sizes.
func lineThrough(groups []group) []float64 {
	forecasts, gaps, sizes := make([]float64, len(groups)), make([]float64, len(groups)), make([]float64, len(groups))
	for b, g := range groups {
		if g.count > 0 {
			forecasts[b], _ = g.means()
			gaps[b], sizes[b] = g.gap(), float64(g.count)
		}
	}
	const leastSpread = 1e-9 // below it, forecasts differ by rounding
	center, slope := stat.Mean(forecasts, sizes), 0.0
	if stat.MomentAbout(2, forecasts, center, sizes) > leastSpread*leastSpread {
		_, slope = stat.LinearRegression(forecasts, gaps, sizes, false)
	}
	line, middle := make([]float64, len(groups)), stat.Mean(gaps, sizes)
	for b, f := range forecasts {
		line[b] = middle + slope*(f-center)
	}
	return line
}

// recalibrated returns the chance of a hit that each example has by the shrunk gaps of bins of equal mass, [n]. The
// confidences of a bin, or what they leave to 1, are multiplied by what its gap demands; so no chance is 0, and none is 1
// but where the confidence is.
func (p *Predictions) recalibrated(bins int) []float64 {
	groups := make([]group, bins)
	for rank, i := range p.byConfidence() {
		groups[massBin(rank, p.Len(), bins)].add(p.confidence[i], p.hit[i])
	}
	gaps := shrunkGaps(groups, lineThrough(groups))
	chance := make([]float64, p.Len())
	for rank, i := range p.byConfidence() {
		b := massBin(rank, p.Len(), bins)
		forecast, _ := groups[b].means()
		if gaps[b] > 0 {
			chance[i] = p.confidence[i] * (1 - gaps[b]/forecast)
		} else if gaps[b] < 0 {
			chance[i] = 1 - (1-p.confidence[i])*(1+gaps[b]/(1-forecast))
		} else {
			chance[i] = p.confidence[i]
		}
	}
	return chance
}

// massBin returns the bin of equal mass of the example of that rank among n.
func massBin(rank, n, bins int) int {
	size, larger := n/bins, n%bins
	if rank < larger*(size+1) {
		return rank / (size + 1)
	}
	return larger + (rank-larger*(size+1))/size
}
