package stats

import (
	"math"
	"slices"
)

// Paired compares two samples whose elements belong together.
type Paired struct {
	N          int     // pairs
	Difference float64 // the mean of the differences
	SD         float64 // their sample standard deviation, with N-1 in the denominator
	Interval   Interval

	T, DF, P float64 // Student's paired t-test, two-sided

	SignFlip      float64 // p of the sign-flip test, see SignFlip
	LeastSignFlip float64 // the least p that it can reach with N pairs

	Effect float64 // standardised mean difference, see Pair
}

// Pair compares a with b by the differences a[i] - b[i]. Interval is Student's, of their mean.
//
// T is Difference/(SD/√N), and P the chance of a |T| at least as large with N-1 degrees of freedom where the differences
// are normal about 0. It is undefined for fewer than two pairs.
//
// Effect is Cohen's d_z, Difference/SD, times Hedges' correction of its bias in small samples,
//
//	J(m) = Γ(m/2) / (√(m/2)·Γ((m-1)/2)), m = N-1
//
// (Hedges, "Distribution theory for Glass's estimator of effect size and related estimators", 1981; for d_z Lakens,
// "Calculating and reporting effect sizes", 2013). It is undefined where SD is 0, and for two pairs, where d_z has no
// expectation.
//
// Differences that lie closer together than rounding lets float64 tell (4 units in the last place of the largest of a and
// b) count as equal, and as 0 where they are that near to it. SD is then 0. If they are 0, P and SignFlip are 1.
// Otherwise T is infinite, and P is 0 whatever N is: do not believe it. No spread was seen in a few numbers, which says
// less than that there is none: metrics that count examples take the same value easily. SignFlip does not
// fall for it.
//
// Where a difference is NaN or infinite, Difference is what Summarise says of them, and all but N, DF and LeastSignFlip is
// undefined. Samples of different lengths panic.
func Pair(a, b []float64, level float64) Paired {
	checkLevel(level)
	p, differences := pairT(a, b)
	p.Interval = Student(differences, level)
	p.SignFlip = SignFlip(differences)
	return p
}

// PairT is Pair without Interval and SignFlip, which take most of its time and are undefined here.
func PairT(a, b []float64) Paired {
	p, _ := pairT(a, b)
	return p
}

func pairT(a, b []float64) (p Paired, differences []float64) {
	if len(a) != len(b) {
		panic("stats: pairing samples of different lengths")
	}
	differences = differencesOf(a, b)
	scaled := slices.Clone(differences)
	exponent := scale(scaled)
	s, nan := Summarise(scaled), math.NaN()
	p = Paired{
		N:          s.N,
		Difference: math.Ldexp(s.Mean, exponent),
		SD:         math.Ldexp(s.SD, exponent),
		Interval:   undefined(),
		T:          nan, DF: nan, P: nan,
		SignFlip:      nan,
		LeastSignFlip: LeastSignFlip(s.N),
		Effect:        nan,
	}
	if s.N < 2 {
		return p, differences
	}
	p.DF = float64(s.N - 1)
	switch {
	case math.IsNaN(s.SD):
	case s.SD == 0 && s.Mean == 0:
		p.T, p.P = 0, 1
	case s.SD == 0:
		p.T, p.P = math.Copysign(math.Inf(1), s.Mean), 0
	default:
		p.T = s.Mean / (s.SD / math.Sqrt(float64(s.N)))
		p.P = studentTails(p.DF, p.T)
		p.Effect = hedges(p.DF) * (s.Mean / s.SD)
	}
	return p, differences
}

// differencesOf returns a[i] - b[i], all equal to their mean where they differ by no more than rounding.
func differencesOf(a, b []float64) []float64 {
	differences, largest := make([]float64, len(a)), 0.
	for i := range a {
		differences[i] = a[i] - b[i]
		largest = max(largest, math.Abs(a[i]), math.Abs(b[i]))
	}
	resolution := largest * 0x1p-50
	s := Summarise(differences)
	if math.IsInf(largest, 1) || !(s.Max-s.Min <= resolution) {
		return differences
	}
	if math.Abs(s.Mean) <= resolution {
		s.Mean = 0
	}
	for i := range differences {
		differences[i] = s.Mean
	}
	return differences
}

// hedges returns the factor J(m) that makes a standardised mean difference unbiased; NaN for m = 1.
func hedges(m float64) float64 {
	if m < 2 {
		return math.NaN()
	}
	above, _ := math.Lgamma(m / 2)
	below, _ := math.Lgamma((m - 1) / 2)
	return math.Exp(above-below) / math.Sqrt(m/2)
}
