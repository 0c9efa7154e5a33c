package calibration

import "math"

const (
	// mostExactVariance is up to which variance a hitLaw keeps its probabilities. Above it the number of hits is as
	// good as normal: corrected for what is not, the expected deviation is right to about 1e-7 of itself.
	mostExactVariance = 1000
	// negligible is a probability that no digit depends on.
	negligible = 1e-30
)

// hitLaw is the distribution of the number of hits among examples that are hit independently, each with a
// probability of its own (the Poisson binomial distribution).
type hitLaw struct {
	chances                       []float64 // of first, first+1, ... hits; nil where the variance is too large for them
	first                         int
	mean, variance, third, fourth float64 // cumulants
}

// newHitLaw returns the law of no examples.
func newHitLaw() *hitLaw { return &hitLaw{chances: []float64{1}} }

// add puts in an example that is hit with a probability.
func (l *hitLaw) add(probability float64) {
	miss := 1 - probability
	variance := probability * miss
	l.mean += probability
	l.variance += variance
	l.third += variance * (1 - 2*probability)
	l.fourth += variance * (1 - 6*variance)
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
	l.third += other.third
	l.fourth += other.fourth
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

// normalDeviation is the deviation of a number of hits that is nearly normal: for d = (mean - from)/σ,
//
//	σ·(2φ(d) + d·(2Φ(d) - 1)) + φ(d)·(σ·(k/12·He₂(d) - s/3·d + s²/36·He₄(d)) - B₂(from - ⌊from⌋)/σ)
//
// with the skewness s and the excess kurtosis k in Edgeworth's series (He are Hermite's polynomials), and the term of
// Euler and Maclaurin for the kink of |hits - from| between two whole numbers (B₂ is Bernoulli's polynomial).
func (l *hitLaw) normalDeviation(from float64) float64 {
	sigma := math.Sqrt(l.variance)
	d := (l.mean - from) / sigma
	density := math.Exp(-d*d/2) / math.Sqrt(2*math.Pi)
	skewness, kurtosis := l.third/(l.variance*sigma), l.fourth/(l.variance*l.variance)
	series := kurtosis/12*(d*d-1) - skewness/3*d + skewness*skewness/36*(d*d*d*d-6*d*d+3)
	fraction := from - math.Floor(from)
	kink := fraction*fraction - fraction + 1.0/6
	return sigma*(2*density+d*math.Erf(d/math.Sqrt2)) + density*(sigma*series-kink/sigma)
}
