package calibration

import "math"

const (
	// mostExactVariance is up to which variance a hitLaw keeps its probabilities. Above it the number of hits is as
	// good as normal: with its skewness, the expected deviation is right to about 1/24 over the variance.
	mostExactVariance = 1000
	// negligible is a probability that no digit depends on.
	negligible = 1e-30
)

// hitLaw is the distribution of the number of hits among examples that are hit independently, each with a
// probability of its own (the Poisson binomial distribution).
type hitLaw struct {
	chances                     []float64 // of first, first+1, ... hits; nil where the variance is too large for them
	first                       int
	mean, variance, thirdMoment float64 // the moment is central
}

// newHitLaw returns the law of no examples.
func newHitLaw() *hitLaw { return &hitLaw{chances: []float64{1}} }

// add puts in an example that is hit with a probability.
func (l *hitLaw) add(probability float64) {
	miss := 1 - probability
	l.mean += probability
	l.variance += probability * miss
	l.thirdMoment += probability * miss * (1 - 2*probability)
	switch {
	case l.variance > mostExactVariance:
		l.chances = nil
	case l.chances == nil || probability <= 0:
	case miss <= 0:
		l.first++
	default:
		l.chances = append(l.chances, 0)
		for hits := len(l.chances) - 1; hits > 0; hits-- {
			l.chances[hits] = l.chances[hits]*miss + l.chances[hits-1]*probability
		}
		l.chances[0] *= miss
		l.trim()
	}
}

// merge puts in all examples of another law.
func (l *hitLaw) merge(other *hitLaw) {
	l.mean += other.mean
	l.variance += other.variance
	l.thirdMoment += other.thirdMoment
	if l.variance > mostExactVariance || l.chances == nil || other.chances == nil {
		l.chances = nil
		return
	}
	chances := make([]float64, len(l.chances)+len(other.chances)-1)
	for i, a := range l.chances {
		for j, b := range other.chances {
			chances[i+j] += a * b
		}
	}
	l.chances, l.first = chances, l.first+other.first
	l.trim()
}

// trim forgets numbers of hits at either end that do not happen.
func (l *hitLaw) trim() {
	for len(l.chances) > 1 && l.chances[0] < negligible {
		l.chances = l.chances[1:]
		l.first++
	}
	for len(l.chances) > 1 && l.chances[len(l.chances)-1] < negligible {
		l.chances = l.chances[:len(l.chances)-1]
	}
}

// deviation returns the expectation of |hits - from|.
func (l *hitLaw) deviation(from float64) float64 {
	if l.chances == nil {
		return l.normalDeviation(from)
	}
	sum := 0.0
	for i, chance := range l.chances {
		sum += chance * math.Abs(float64(l.first+i)-from)
	}
	return sum
}

// normalDeviation is the deviation of a normal number of hits, with the first term of Edgeworth's series: for
// d = (mean - from)/σ and the skewness s, σ·(2φ(d) + d·(2Φ(d) - 1) - s·d·φ(d)/3).
func (l *hitLaw) normalDeviation(from float64) float64 {
	sigma := math.Sqrt(l.variance)
	d := (l.mean - from) / sigma
	density := math.Exp(-d*d/2) / math.Sqrt(2*math.Pi)
	skewness := l.thirdMoment / (l.variance * sigma)
	return sigma * (2*density + d*math.Erf(d/math.Sqrt2) - skewness*d*density/3)
}
