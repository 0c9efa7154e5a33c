package calibration

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// confidenceModel draws confidences and hits like those of predictions whose hits have the chances of a recalibrated
// model, and groups them as the calibration errors do.
type confidenceModel struct {
	p       *Predictions
	chance  []float64 // [n], of a hit
	byWidth []int32   // [n], the bin of equal width
	byMass  []int32   // [n], the bin of equal mass
	steps   int       // of the grid of the smooth ECE; 0 where it is not wanted
	kernel  float64   // its width
	drift   *simulation
}

// simulation is one draw of a confidenceModel, or what it has on average.
type simulation struct {
	byWidth, byMass []group
	smoothed        []float64 // [steps+1], the density of hits less that of confidences; nil without a grid
}

func newConfidenceModel(p *Predictions, bins int, smooth bool) *confidenceModel {
	m := &confidenceModel{
		p:       p,
		chance:  p.recalibrated(bins),
		byWidth: make([]int32, p.Len()),
		byMass:  make([]int32, p.Len()),
	}
	if smooth {
		m.kernel, m.steps = p.kernel()
	}
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
	var mass []float64
	if m.steps > 0 {
		mass = make([]float64, m.steps+1)
	}
	n := float64(m.p.Len())
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
		if mass != nil {
			addMass(mass, f, (observed-forecast)/n)
		}
	}
	if mass != nil {
		s.smoothed = smootherOf(mass).smooth(m.kernel)
	}
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

// drawCalibrated draws a label for each example from the confidences themselves. The examples stay.
func (m *confidenceModel) drawCalibrated(b Bootstrap, draw int) *simulation {
	random := b.stream(draw, forCalibratedHits)
	return m.collect(b.Bins, nil, func(i, times int) float64 { return float64(hitsOf(times, m.p.confidence[i], random)) })
}

// inversion is a calibration error of the confidence.
type inversion struct {
	name     string
	observed float64
	// drawn returns the error of a draw whose drift is scaled.
	drawn func(*simulation) func(scale float64) float64
	truth func(scale float64) float64 // the error of a scaled drift without noise
}

// inversions returns those of these names.
func (m *confidenceModel) inversions(bins int, names []string) []inversion {
	n := float64(m.p.Len())
	ofMean := func(name string, observed float64, of func(*simulation) []group) inversion {
		drift := deviations(of(m.drift))
		return inversion{
			name, observed,
			func(s *simulation) func(float64) float64 {
				g := gaps{drift, minus(deviations(of(s)), drift)}
				return func(scale float64) float64 { return g.deviation(scale) / n }
			},
			func(scale float64) float64 { return scale * floats.Norm(drift, 1) / n },
		}
	}
	var all []inversion
	for _, name := range names {
		switch name {
		case "ece":
			all = append(all, ofMean(name, m.p.ECE(bins), func(s *simulation) []group { return s.byWidth }))
		case "adaptive_ece":
			all = append(all, ofMean(name, m.p.AdaptiveECE(bins), func(s *simulation) []group { return s.byMass }))
		case "debiased_rmsce":
			all = append(all, inversion{name, m.p.DebiasedRMSCE(bins), m.drift.debiased, m.rootMeanSquare})
		case "smooth_ece":
			all = append(all, inversion{name, m.kernel, m.drift.integral, m.smoothError})
		}
	}
	return all
}

// invertConfidence returns the intervals of the calibration errors of the confidence that have these names. None is below
// the absolute overconfidence, so what that may be, they may be.
func (p *Predictions) invertConfidence(b Bootstrap, names []string) map[string]bounds {
	intervals := map[string]bounds{}
	if !containsAny(names, "ece", "adaptive_ece", "debiased_rmsce", "smooth_ece") {
		return intervals
	}
	m := newConfidenceModel(p, b.Bins, slices.Contains(names, "smooth_ece"))
	all := m.inversions(b.Bins, names)
	var mean meanGap
	for i, f := range p.confidence {
		mean.add(f, p.hit[i])
	}
	values := drawn(b, all, m.draw, func(in inversion, s *simulation) float64 { return scaleAt(in.observed, in.drawn(s)) })
	var uncertain []inversion // whether the model may be calibrated
	for k, in := range all {
		ends := mean.widen(scaleBounds(values[k], b.tail(), in.truth), in.observed, 1, b.tail())
		intervals[in.name] = ends
		if ends.lower > 0 {
			uncertain = append(uncertain, in)
		}
	}
	if len(uncertain) == 0 {
		return intervals
	}
	values = drawn(b.test(), uncertain, m.drawCalibrated, func(in inversion, s *simulation) float64 { return in.drawn(s)(1) })
	for k, in := range uncertain {
		if mayBeCalibrated(values[k], in.observed, b.tail()) {
			ends := intervals[in.name]
			ends.lower = 0
			intervals[in.name] = ends
		}
	}
	return intervals
}

// drawn returns a value of each draw for each error, [errors, draws].
func drawn(b Bootstrap, errors []inversion, draw func(Bootstrap, int) *simulation, of func(inversion, *simulation) float64) [][]float64 {
	values := make([][]float64, len(errors))
	for k := range values {
		values[k] = make([]float64, b.Draws)
	}
	inParallel(b.Draws, func(i int) {
		s := draw(b, i)
		for k, in := range errors {
			values[k][i] = of(in, s)
		}
	})
	return values
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
