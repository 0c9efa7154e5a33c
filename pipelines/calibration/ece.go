package calibration

import "math"

// ECE is the expected calibration error: the mean over the examples of |mean confidence - accuracy| of
// their bin, with bins of equal width (Naeini 2015, Guo 2017). It panics if bins is outside 1 to MaxBins.
func (p *Predictions) ECE(bins int) float64 {
	return expectedGap(equalWidth(p.confidence, p.hit, bins))
}

// MCE is the largest |mean confidence - accuracy| of a bin of equal width that is not empty. It panics if
// bins is outside 1 to MaxBins.
func (p *Predictions) MCE(bins int) float64 {
	largest := 0.0
	for _, g := range equalWidth(p.confidence, p.hit, bins) {
		largest = max(largest, math.Abs(g.gap()))
	}
	return largest
}

// AdaptiveECE is the ECE with bins of equal mass (Nguyen and O'Connor 2015). It panics if bins is outside 1
// to MaxBins.
func (p *Predictions) AdaptiveECE(bins int) float64 {
	return expectedGap(equalMass(p.byConfidence(), p.confidence, p.hit, bins))
}

// ClasswiseECE is the mean over the classes k of the ECE, in bins of equal width, of q_k as the probability
// that the label is k (Kull 2019). It panics if bins is outside 1 to MaxBins.
func (p *Predictions) ClasswiseECE(bins int) float64 {
	checkBins(bins)
	sum := 0.0
	groups := make([]group, bins)
	for k := range p.classes {
		clear(groups)
		for i, y := range p.labels {
			observed := 0.0
			if y == k {
				observed = 1
			}
			q := p.probability[i*p.classes+k]
			groups[binOf(q, bins)].add(q, observed)
		}
		sum += expectedGap(groups)
	}
	return sum / float64(p.classes)
}

// DebiasedRMSCE is the root mean squared calibration error of the confidence in bins of equal mass, less
// the part that the variance of the observed accuracy accounts for, and at least 0 (Kumar 2019, section 5). It
// panics if bins is outside 1 to MaxBins.
func (p *Predictions) DebiasedRMSCE(bins int) float64 {
	sum := 0.0
	for _, g := range equalMass(p.byConfidence(), p.confidence, p.hit, bins) {
		if g.count < 2 {
			continue
		}
		confidence, accuracy := g.means()
		variance := accuracy * (1 - accuracy) / float64(g.count-1)
		gap := confidence - accuracy
		sum += float64(g.count) / float64(p.Len()) * (gap*gap - variance)
	}
	return math.Sqrt(max(sum, 0))
}

// expectedGap is the mean over the examples of the absolute gap of their group.
func expectedGap(groups []group) float64 {
	n, sum := 0, 0.0
	for _, g := range groups {
		n += g.count
		sum += float64(g.count) * math.Abs(g.gap())
	}
	return sum / float64(n)
}
