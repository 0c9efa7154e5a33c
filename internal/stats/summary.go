// Package stats describes samples of numbers. It knows nothing of runs or metrics.
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
		s.Mean, s.SD = stat.MeanStdDev(sorted, nil)
		s.Mean = min(max(s.Mean, s.Min), s.Max)
	}
	return s
}
