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
// same for all classes; the examples stay.
func (p *Predictions) invertClasswise(b Bootstrap) bounds {
	groups := p.allClassGroups(b.Bins)
	offsets := p.cellOffsets(groups, b.Bins)
	n := float64(p.Len()) * float64(p.classes)
	observed := p.ClasswiseECE(b.Bins) * n
	scales := make([]float64, b.Draws)
	var drift []float64 // the same from every block
	atOnce := max(1, min(drawsAtOnce, countsAtOnce/len(groups)))
	inParallel((b.Draws+atOnce-1)/atOnce, func(block int) {
		first := block * atOnce
		last := min(first+atOnce, b.Draws)
		labels := p.drawLabels(b, first, last, offsets)
		for draw := first; draw < last; draw++ {
			scales[draw] = scaleAt(observed, gaps{labels.drift, labels.noise(draw - first)}.deviation)
		}
		if block == 0 {
			drift = labels.drift
		}
	})
	return scaleBounds(scales, b.tail(), func(scale float64) float64 { return scale * floats.Norm(drift, 1) / n })
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
func (p *Predictions) drawLabels(b Bootstrap, first, last int, offsets []float64) *drawnLabels {
	l := &drawnLabels{drift: make([]float64, len(offsets)), expected: make([]float64, len(offsets))}
	var streams []*rand.Rand
	for draw := first; draw < last; draw++ {
		l.counts = append(l.counts, make([]int32, len(offsets)))
		streams = append(streams, b.stream(draw, forLabels))
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
