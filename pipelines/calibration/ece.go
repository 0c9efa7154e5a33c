package calibration

import "math"

// ECE is the expected calibration error: the mean over the examples of |mean confidence - accuracy| of
// their bin, with bins of equal width (Naeini 2015, Guo 2017). It panics if bins is outside 1 to MaxBins.
func (p *Predictions) ECE(bins int) float64 {
	return expectedGap(p.equalWidth(p.confidence, bins))
}

// MCE is the largest |mean confidence - accuracy| of a bin of equal width that is not empty. With soft labels it
// is simulated (see SoftLabels). It panics if bins is outside 1 to MaxBins.
func (p *Predictions) MCE(bins int) float64 {
	return p.overLabels(func(p *Predictions) float64 {
		largest := 0.0
		for _, g := range equalWidth(p.confidence, p.hit, bins) {
			largest = max(largest, math.Abs(g.gap()))
		}
		return largest
	})
}

// AdaptiveECE is the ECE with bins of equal mass (Nguyen and O'Connor 2015). It panics if bins is outside 1
// to MaxBins.
func (p *Predictions) AdaptiveECE(bins int) float64 {
	return expectedGap(p.equalMass(bins))
}

// ClasswiseECE is the mean over the classes k of the ECE, in bins of equal width, of q_k as the probability
// that the label is k (Kull 2019). It panics if bins is outside 1 to MaxBins.
func (p *Predictions) ClasswiseECE(bins int) float64 {
	checkBins(bins)
	sum := 0.0
	p.eachClassBlock(bins, func(classes [][]group) {
		for _, groups := range classes {
			sum += expectedGap(groups)
		}
	})
	return sum / float64(p.classes)
}

// eachClassBlock calls f with the groups of some classes after others, as many at once as memory allows.
func (p *Predictions) eachClassBlock(bins int, f func(classes [][]group)) {
	const mostGroups = 1 << 16 // in memory at once for each chunk
	block := max(1, min(p.classes, mostGroups/bins))
	for first := 0; first < p.classes; first += block {
		f(p.classGroups(first, min(first+block, p.classes), bins))
	}
}

// allClassGroups returns the groups of every class, [classes*bins], without the laws of their hits.
func (p *Predictions) allClassGroups(bins int) []group {
	all := make([]group, 0, p.classes*bins)
	p.eachClassBlock(bins, func(classes [][]group) {
		for _, groups := range classes {
			for _, g := range groups {
				g.law = nil
				all = append(all, g)
			}
		}
	})
	return all
}

// classGroups groups the examples for each class from first to last-1 by its probability.
func (p *Predictions) classGroups(first, last, bins int) [][]group {
	var chunks [mostChunks][]group
	for c := range chunks {
		chunks[c] = p.newGroups((last - first) * bins)
	}
	p.each(func(chunk, i int, q, _, posterior []float64) {
		for k := first; k < last; k++ {
			chunks[chunk][(k-first)*bins+binOf(q[k], bins)].add(q[k], posterior[k])
		}
	})
	for _, groups := range chunks[1:] {
		for g := range groups {
			chunks[0][g].merge(groups[g])
		}
	}
	classes := make([][]group, last-first)
	for k := range classes {
		classes[k] = chunks[0][k*bins : (k+1)*bins]
	}
	return classes
}

// DebiasedRMSCE is the root mean squared calibration error of the confidence in bins of equal mass, less
// the part that the variance of the observed accuracy accounts for, and at least 0 (Kumar 2019, section 5). With
// soft labels it is simulated (see SoftLabels). It panics if bins is outside 1 to MaxBins.
func (p *Predictions) DebiasedRMSCE(bins int) float64 {
	return p.overLabels(func(p *Predictions) float64 { return debiasedGap(p.equalMass(bins)) })
}

// debiasedGap is the root of the mean square over the examples of the gap of their group, less its variance.
func debiasedGap(groups []group) float64 {
	n, sum := 0, 0.0
	for _, g := range groups {
		n += g.count
		if g.count < 2 {
			continue
		}
		confidence, accuracy := g.means()
		variance := accuracy * (1 - accuracy) / float64(g.count-1)
		gap := confidence - accuracy
		sum += float64(g.count) * (gap*gap - variance)
	}
	return math.Sqrt(max(sum, 0) / float64(n))
}

// expectedGap is the mean over the examples of the absolute gap of their group.
func expectedGap(groups []group) float64 {
	n, sum := 0, 0.0
	for _, g := range groups {
		n += g.count
		sum += g.deviation()
	}
	return sum / float64(n)
}
