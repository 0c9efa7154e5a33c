package calibration

import "gonum.org/v1/gonum/floats"

// invertTruth returns the interval of the true calibration error of soft labels. There is no noise in these, so what the
// gaps of a draw differ from those of all examples by is theirs.
func (p *Predictions) invertTruth(b Bootstrap) bounds {
	n := float64(p.Len())
	drift := deviations(equalWidth(p.confidence, p.hit, b.Bins))
	bin := make([]int32, p.Len())
	for i, f := range p.confidence {
		bin[i] = int32(binOf(f, b.Bins))
	}
	observed := floats.Norm(drift, 1)
	scales := make([]float64, b.Draws)
	inParallel(b.Draws, func(draw int) {
		w, noise := make(weights, p.Len()), make([]float64, b.Bins)
		w.draw(b.stream(draw, forExamples))
		for i, times := range w {
			noise[bin[i]] += float64(times) * (p.confidence[i] - p.hit[i])
		}
		scales[draw] = scaleAt(observed, gaps{drift, minus(noise, drift)}.deviation)
	})
	return scaleBounds(scales, b.tail(), func(scale float64) float64 { return scale * observed / n })
}
