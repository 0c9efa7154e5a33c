package calibration

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// confidenceModel draws confidences and hits like those of predictions whose hits have the chances of a recalibrated
// model, and groups them as the calibration errors do.
type confidenceModel struct {
	p       *Predictions
	chance  []float64 // [n], of a hit
	byWidth []int32   // [n], the bin of equal width
	byMass  []int32   // [n], the bin of equal mass
	steps   int       // of the grid of the smooth ECE
	kernel  float64   // its width
	drift   *simulation
}

// simulation is one draw of a confidenceModel, or what it has on average.
type simulation struct {
	byWidth, byMass []group
	smoothed        []float64 // [steps+1], the density of hits less that of confidences
}

func newConfidenceModel(p *Predictions, bins int) *confidenceModel {
	m := &confidenceModel{
		p:       p,
		chance:  p.recalibrated(bins),
		byWidth: make([]int32, p.Len()),
		byMass:  make([]int32, p.Len()),
	}
	m.kernel, m.steps = p.kernel()
	for rank, i := range p.byConfidence() {
		m.byWidth[i], m.byMass[i] = int32(binOf(p.confidence[i], bins)), int32(massBin(rank, p.Len(), bins))
	}
	m.drift = m.collect(bins, nil, func(i, _ int) float64 { return m.chance[i] })
	return m
}

// kernel returns the width of the kernel of the smooth ECE, and the steps of a grid for it.
func (p *Predictions) kernel() (width float64, steps int) {
	const stepsPerKernel, fewest, most = 8, 1 << 8, 1 << 14 // steps of an eighth of the kernel widen it by a thousandth
	width = max(p.SmoothECE(), narrowestKernel)
	return width, min(max(1<<bits.Len(uint(stepsPerKernel/width)), fewest), most)
}

// collect groups examples that count as weights say, given the hits of each.
func (m *confidenceModel) collect(bins int, w weights, hits func(i, times int) float64) *simulation {
	s := &simulation{byWidth: make([]group, bins), byMass: make([]group, bins)}
	mass, n := make([]float64, m.steps+1), float64(m.p.Len())
	for i, f := range m.p.confidence {
		times := w.of(int32(i))
		if times == 0 {
			continue
		}
		forecast, observed := float64(times)*f, hits(i, times)
		for _, g := range [...]*group{&s.byWidth[m.byWidth[i]], &s.byMass[m.byMass[i]]} {
			g.count += times
			g.forecast += forecast
			g.observed += observed
		}
		addMass(mass, f, (observed-forecast)/n)
	}
	s.smoothed = smootherOf(mass).smooth(m.kernel)
	return s
}

// draw draws examples with replacement, and a label for each.
func (m *confidenceModel) draw(b Bootstrap, draw int) *simulation {
	w := make(weights, m.p.Len())
	w.draw(b.stream(draw, forExamples))
	random := b.stream(draw, forHits)
	return m.collect(b.Bins, w, func(i, times int) float64 { return float64(hitsOf(times, m.chance[i], random)) })
}

// hitsOf draws how many of a number of examples are hit.
func hitsOf(count int, chance float64, random *rand.Rand) int {
	hits := 0
	for range count {
		if random.Float64() < chance {
			hits++
		}
	}
	return hits
}

// invertConfidence returns the intervals of the calibration errors of the confidence.
func (p *Predictions) invertConfidence(b Bootstrap) map[string]bounds {
	m, n, tail := newConfidenceModel(p, b.Bins), float64(p.Len()), b.tail()
	ece, adaptive, rmsce := p.ECE(b.Bins), p.AdaptiveECE(b.Bins), p.DebiasedRMSCE(b.Bins)
	width, mass := deviations(m.drift.byWidth), deviations(m.drift.byMass)
	scales := struct{ ece, adaptive, rmsce, smooth []float64 }{
		make([]float64, b.Draws), make([]float64, b.Draws), make([]float64, b.Draws), make([]float64, b.Draws),
	}
	inParallel(b.Draws, func(draw int) {
		s := m.draw(b, draw)
		scales.ece[draw] = scaleAt(n*ece, gaps{width, minus(deviations(s.byWidth), width)}.deviation)
		scales.adaptive[draw] = scaleAt(n*adaptive, gaps{mass, minus(deviations(s.byMass), mass)}.deviation)
		scales.rmsce[draw] = scaleAt(rmsce, m.drift.debiased(s))
		scales.smooth[draw] = scaleAt(m.kernel, m.drift.integral(s))
	})
	mean := func(deviations []float64) func(float64) float64 {
		return func(scale float64) float64 { return scale * floats.Norm(deviations, 1) / n }
	}
	return map[string]bounds{
		"ece":            scaleBounds(scales.ece, tail, mean(width)),
		"adaptive_ece":   scaleBounds(scales.adaptive, tail, mean(mass)),
		"debiased_rmsce": scaleBounds(scales.rmsce, tail, m.rootMeanSquare),
		"smooth_ece":     scaleBounds(scales.smooth, tail, m.smoothError),
	}
}

// rootMeanSquare returns the RMSCE of a scaled drift without noise.
func (m *confidenceModel) rootMeanSquare(scale float64) float64 {
	sum := 0.0
	for _, g := range m.drift.byMass {
		sum += float64(g.count) * g.gap() * g.gap()
	}
	return scale * math.Sqrt(sum/float64(m.p.Len()))
}

// deviations returns the gaps of groups, times the number of examples of each.
func deviations(groups []group) []float64 {
	all := make([]float64, len(groups))
	for b, g := range groups {
		all[b] = g.forecast - g.observed
	}
	return all
}

// minus subtracts b from a, which it returns.
func minus(a, b []float64) []float64 {
	for i := range a {
		a[i] -= b[i]
	}
	return a
}

// debiased returns the debiased RMSCE of a draw whose drift is scaled.
func (drift *simulation) debiased(drawn *simulation) func(scale float64) float64 {
	shifted := make([]group, len(drawn.byMass))
	return func(scale float64) float64 {
		for b, g := range drawn.byMass {
			g.forecast += (scale - 1) * drift.byMass[b].gap() * float64(g.count)
			shifted[b] = g
		}
		return debiasedGap(shifted)
	}
}

// integral returns the smoothed error of a draw whose drift is scaled. A smooth ECE is at most the kernel's width just
// where the error smoothed by that kernel is.
func (drift *simulation) integral(drawn *simulation) func(scale float64) float64 {
	shifted := make([]float64, len(drift.smoothed))
	return func(scale float64) float64 {
		for j, d := range drift.smoothed {
			shifted[j] = drawn.smoothed[j] + (scale-1)*d
		}
		return integralOfAbsolute(shifted)
	}
}

// smoothError returns the smooth ECE of a scaled drift without noise.
func (m *confidenceModel) smoothError(scale float64) float64 {
	if scale == 0 {
		return 0
	}
	observed := make([]float64, m.p.Len())
	for i, f := range m.p.confidence {
		observed[i] = f + scale*(m.chance[i]-f)
	}
	return smoothError(m.p.confidence, observed)
}
