package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Bootstrap returns the bootstrap interval of the mean, corrected for bias and skewness (BCa; Efron, "Better bootstrap
// confidence intervals", JASA 1987). With Φ the normal distribution, z0 = Φ⁻¹(share of resampled means below the mean),
// a = Σd³/(6·(Σd²)^(3/2)) with d the deviations from the mean, and z = Φ⁻¹((1±level)/2), its ends are the quantiles
//
//	Φ(z0 + (z0+z) / (1 - a·(z0+z)))
//
// of the resampled means. It lies within the range of the samples. All n^n resamples of up to 8 samples are counted; of
// more, 10,000 are drawn, by the same random numbers for every sample of that size: the interval of samples times 2 plus 1
// is the interval times 2 plus 1.
//
// Of few samples it is too narrow, since their own spread is all that it knows: of 5 normal ones 95 % intervals hold the
// true mean in 84 % of cases, of 10 in 90 %, of 20 in 93 %, where Student's hold it in 95 %. Of samples as skewed as the
// exponential distribution those numbers are 80, 88 and 92 %, and Student's 89, 90 and 92 %.
//
// It is undefined for fewer than two samples and where one is not finite, and the mean alone where all are equal.
func Bootstrap(samples []float64, level float64) Interval {
	checkLevel(level)
	s := Summarise(samples)
	switch {
	case math.IsNaN(s.SD):
		return undefined()
	case s.Min == s.Max:
		return Interval{s.Mean, s.Mean}
	}
	deviations := slices.Sorted(slices.Values(samples))
	exponent := scale(deviations)
	mean := stat.Mean(deviations, nil)
	for i := range deviations {
		deviations[i] -= mean
	}
	r := resample(deviations)
	bias, skewness := distuv.UnitNormal.Quantile(r.shareBelowZero()), acceleration(deviations)
	end := func(chance float64) float64 {
		z := bias + distuv.UnitNormal.Quantile(chance)
		corrected := math.Inf(1) // where the correction has no bounds
		if room := 1 - skewness*z; room > 0 {
			corrected = z / room
		} else if z < 0 {
			corrected = math.Inf(-1)
		}
		sum := r.quantile(distuv.UnitNormal.CDF(bias + corrected))
		return min(max(math.Ldexp(mean+sum/float64(s.N), exponent), s.Min), s.Max)
	}
	return Interval{end((1 - level) / 2), end((1 + level) / 2)}
}

// acceleration is a sixth of the skewness of the mean, by the jackknife: leaving out x moves the mean by d/(n-1).
func acceleration(deviations []float64) float64 {
	squares, cubes := 0., 0.
	for _, d := range deviations {
		squares += d * d
		cubes += d * d * d
	}
	return cubes / (6 * squares * math.Sqrt(squares))
}
