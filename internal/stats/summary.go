// Package stats describes samples of numbers and compares them: intervals, paired tests, ranks. It knows nothing of runs or
// metrics.
//
// What a NaN, an infinity or too few values make undefined is NaN, never an error. Lengths that differ and levels outside
// (0, 1) are bugs of the caller, and panic. Squares neither overflow nor underflow: a sample may lie anywhere in the range
// of float64. No result depends on the order of a sample, to the last bit.
package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Summary describes a sample. Mean, Min and Max are NaN for an empty one, and SD for fewer than two values.
type Summary struct {
	N    int
	Mean float64
	SD   float64 // sample standard deviation, with n-1 in the denominator
	Min  float64
	Max  float64
}

// Summarise describes the samples, whose order does not matter to the last bit. A NaN among them makes
// everything but N undefined; an infinity is the mean, and leaves the standard deviation undefined.
func Summarise(samples []float64) Summary {
	nan := math.NaN()
	s := Summary{N: len(samples), Mean: nan, SD: nan, Min: nan, Max: nan}
	if len(samples) == 0 || slices.ContainsFunc(samples, math.IsNaN) {
		return s
	}
	sorted := slices.Sorted(slices.Values(samples))
	s.Min, s.Max = sorted[0], sorted[len(sorted)-1]
	switch {
	case s.Min == s.Max && !math.IsInf(s.Min, 0): // a mean by summation would differ from its samples by rounding
		s.Mean = s.Min
		if s.N > 1 {
			s.SD = 0
		}
	case math.IsInf(s.Min, 0) || math.IsInf(s.Max, 0):
		s.Mean = s.Min + s.Max // NaN where both infinities occur
	case s.N > 1:
		exponent := scale(sorted)
		mean, sd := stat.MeanStdDev(sorted, nil)
		s.Mean = min(max(math.Ldexp(mean, exponent), s.Min), s.Max)
		s.SD = math.Ldexp(sd, exponent)
	}
	return s
}

// scale divides finite values by the power of two that makes the largest of them lie in [1/2, 1), and returns its
// exponent. No significant digit changes, so that what is computed from them is what the values themselves would
// give, where these neither overflow nor underflow.
func scale(values []float64) (exponent int) {
	largest := 0.
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	_, exponent = math.Frexp(largest)
	for i, v := range values {
		values[i] = math.Ldexp(v, -exponent)
	}
	return exponent
}
