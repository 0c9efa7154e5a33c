package calibration

import (
	"math"
	"math/rand/v2"
	"slices"
)

const (
	// Soft labels are drawn anew between leastDraws and mostDraws times, the fewer the more examples there are.
	leastDraws, mostDraws = 100, 1000
	drawnExamples         = 10_000_000
	// labelSeed seeds the PCG generators that draw them, one for each draw.
	labelSeed = 0x6c6162656c73
)

// overLabels returns the expectation of a metric of confidences and hits over the labels: the metric itself where
// every hit is certain, else its mean over labels that are drawn, without the draws in which it is undefined. A draw has
// a generator of its own with a fixed seed, so the same predictions give the same number.
func (p *Predictions) overLabels(metric func(*Predictions) float64) float64 {
	if !slices.ContainsFunc(p.hit, func(h float64) bool { return h > 0 && h < 1 }) {
		return metric(p)
	}
	values := make([]float64, min(mostDraws, max(leastDraws, drawnExamples/p.Len())))
	inParallel(len(values), func(draw int) {
		values[draw] = metric(p.withLabelsDrawn(rand.New(rand.NewPCG(labelSeed, uint64(draw)))))
	})
	sum, defined := 0.0, 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum += v
			defined++
		}
	}
	return sum / defined // NaN where none is
}

// withLabelsDrawn returns the predictions with hits drawn from their probabilities. It has no labels otherwise.
func (p *Predictions) withLabelsDrawn(random *rand.Rand) *Predictions {
	drawn := *p
	drawn.labels = Labels{n: p.Len()}
	drawn.hit = make([]float64, p.Len())
	for i, probability := range p.hit {
		if random.Float64() < probability {
			drawn.hit[i] = 1
		}
	}
	return &drawn
}
