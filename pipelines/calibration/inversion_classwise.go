package calibration

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// The rows are read once for so many draws, fewer where there are many cells.
const (
	drawsAtOnce  = 64
	countsAtOnce = 1 << 22
)

// invertClasswise returns the interval of the class-wise ECE. Labels are drawn from the recalibrated distributions, the
// same for all classes; the examples stay. The interval reaches to 0 where labels drawn from the predictions have such an
// error, and as far as the gap of the confidence lets it (see sharedGap).
func (p *Predictions) invertClasswise(b Bootstrap) bounds {
	groups := p.allClassGroups(b.Bins)
	offsets := p.cellOffsets(groups, b.Bins)
	n := float64(p.Len()) * float64(p.classes)
	observed := p.ClasswiseECE(b.Bins) * n
	scales := make([]float64, b.Draws)
	var drift []float64 // the same of every draw
	p.eachLabelDraw(b, forLabels, offsets, func(draw int, g gaps) {
		scales[draw] = scaleAt(observed, g.deviation)
		if draw == 0 {
			drift = g.drift
		}
	})
	ends := scaleBounds(scales, b.tail(), func(scale float64) float64 { return scale * floats.Norm(drift, 1) / n })
	above, share := p.sharedGap(b.Bins)
	ends = above.widen(ends, observed/n, share, b.tail())
	if ends.lower == 0 {
		return ends
	}
	test := b.test()
	calibrated := make([]float64, test.Draws)
	p.eachLabelDraw(test, forCalibratedLabels, make([]float64, len(groups)), func(draw int, g gaps) {
		calibrated[draw] = g.deviation(1)
	})
	if mayBeCalibrated(calibrated, observed, b.tail()) {
		ends.lower = 0
	}
	return ends
}

// sharedGap returns the gap of the examples whose confidence is in a bin above 1/2, and the share of it that the class-wise
// ECE has at least. In those bins of a class are no examples of which it is not the predicted one. So the sums of
// probability - label in them are as many as the gap times its examples; and as those of all cells are 0, the rest of the
// cells has its opposite.
func (p *Predictions) sharedGap(bins int) (above meanGap, share float64) {
	for i, f := range p.confidence {
		if 2*binOf(f, bins) >= bins {
			above.add(f, p.hit[i])
		}
	}
	return above, 2 * above.count / float64(p.Len()) / float64(p.classes)
}

// eachLabelDraw calls f with the gaps of the cells in every draw of labels, from several goroutines at once, given the
// offsets of the cells.
func (p *Predictions) eachLabelDraw(b Bootstrap, purpose int, offsets []float64, f func(draw int, g gaps)) {
	atOnce := max(1, min(drawsAtOnce, countsAtOnce/len(offsets)))
	inParallel((b.Draws+atOnce-1)/atOnce, func(block int) {
		first := block * atOnce
		last := min(first+atOnce, b.Draws)
		labels := p.drawLabels(b, purpose, first, last, offsets)
		for draw := first; draw < last; draw++ {
			f(draw, gaps{labels.drift, labels.noise(draw - first)})
		}
	})
}

// drawnLabels counts labels that are drawn from recalibrated distributions.
type drawnLabels struct {
	drift    []float64 // [classes*bins], the sum of the probabilities less their chances
	expected []float64 // [classes*bins], the sum of the chances
	counts   [][]int32 // [draws, classes*bins], of examples in the cell that have its class as label
}

// noise returns how much fewer labels than expected a draw has in each cell.
func (l *drawnLabels) noise(draw int) []float64 {
	noise := make([]float64, len(l.expected))
	for c, e := range l.expected {
		noise[c] = e - float64(l.counts[draw][c])
	}
	return noise
}

// drawLabels reads the rows once for the draws from first to last-1, given the offsets of the cells.
func (p *Predictions) drawLabels(b Bootstrap, purpose, first, last int, offsets []float64) *drawnLabels {
	l := &drawnLabels{drift: make([]float64, len(offsets)), expected: make([]float64, len(offsets))}
	var streams []*rand.Rand
	for draw := first; draw < last; draw++ {
		l.counts = append(l.counts, make([]int32, len(offsets)))
		streams = append(streams, b.stream(draw, purpose))
	}
	p.eachRecalibrated(b.Bins, offsets, func(i int, q, chances []float64, cells []int32) {
		for k, c := range cells {
			l.drift[c] += q[k] - chances[k]
			l.expected[c] += chances[k]
		}
		for draw, random := range streams {
			l.counts[draw][cells[drawLabel(chances, int(p.predicted[i]), random)]]++
		}
	})
	return l
}

// drawLabel draws a class, and tries the likely one first. What rounding leaves over is its.
func drawLabel(chances []float64, likely int, random *rand.Rand) int {
	left := random.Float64() - chances[likely]
	if left < 0 {
		return likely
	}
	for k, chance := range chances {
		if k == likely {
			continue
		}
		if left -= chance; left < 0 {
			return k
		}
	}
	return likely
}
