package calibration

import "slices"

// A cell is a bin of equal width of the probabilities of one class.

// pooledOverClasses returns for each bin of each class the gap of that bin over all classes, given the groups
// [classes, bins].
func pooledOverClasses(groups []group, bins int) []float64 {
	pooled := make([]group, bins)
	for c, g := range groups {
		pooled[c%bins].merge(g)
	}
	curve := make([]float64, len(groups))
	for c := range groups {
		curve[c] = pooled[c%bins].gap()
	}
	return curve
}

// cellOffsets returns what to take from the probabilities in each cell so that their means come near to what the shrunk
// gaps leave, given the groups of the cells. A row has to be a distribution again, which shifts other cells; so the offsets
// are corrected by what was missed, a few times.
func (p *Predictions) cellOffsets(groups []group, bins int) []float64 {
	const corrections = 3
	wanted := shrunkGaps(groups, pooledOverClasses(groups, bins))
	offsets, taken := slices.Clone(wanted), make([]float64, len(groups))
	for range corrections {
		clear(taken)
		p.eachRecalibrated(bins, offsets, func(_ int, q, chances []float64, cells []int32) {
			for k, c := range cells {
				taken[c] += q[k] - chances[k]
			}
		})
		for c, g := range groups {
			if g.count > 0 {
				offsets[c] += wanted[c] - taken[c]/float64(g.count)
			}
		}
	}
	return offsets
}

// eachRecalibrated calls f for every example in turn with its probabilities, their recalibrated chances and their cells.
func (p *Predictions) eachRecalibrated(bins int, offsets []float64, f func(i int, q, chances []float64, cells []int32)) {
	q, logarithm, chances := make([]float64, p.classes), make([]float64, p.classes), make([]float64, p.classes)
	cells := make([]int32, p.classes)
	for i := range p.predicted {
		p.distribution(i, q, logarithm)
		for k, v := range q {
			cells[k] = int32(k*bins + binOf(v, bins))
		}
		recalibrateRow(chances, q, offsets, cells)
		f(i, q, chances, cells)
	}
}

// recalibrateRow sets chances to probabilities less the offsets of their cells, as a distribution again, or to the
// probabilities where nothing is left of them.
func recalibrateRow(chances, probabilities, offsets []float64, cells []int32) {
	sum := 0.0
	for k, q := range probabilities {
		chances[k] = max(q-offsets[cells[k]], 0)
		sum += chances[k]
	}
	if sum == 0 {
		copy(chances, probabilities)
		return
	}
	for k := range chances {
		chances[k] /= sum
	}
}
