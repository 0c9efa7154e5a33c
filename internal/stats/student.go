package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Student returns the confidence interval of the mean of normal samples,
//
//	mean ± t·SD/√n,
//
// t being the quantile (1+level)/2 of Student's distribution with n-1 degrees of freedom (Student, "The probable error of
// a mean", Biometrika 1908). It is undefined for fewer than two samples and where one is not finite, and the
// mean alone where all are equal. An end beyond the largest float64 is infinite.
func Student(samples []float64, level float64) Interval {
	checkLevel(level)
	return Summarise(samples).student(level)
}

func (s Summary) student(level float64) Interval {
	switch {
	case math.IsNaN(s.SD):
		return undefined()
	case s.SD == 0:
		return Interval{s.Mean, s.Mean}
	}
	margin := studentQuantile(float64(s.N-1), level) * (s.SD / math.Sqrt(float64(s.N)))
	return Interval{s.Mean - margin, s.Mean + margin}
}

// studentQuantile returns the t with which |T| ≤ t has the chance level, for T of Student's distribution. Beyond 0 the
// chance of |T| > t falls ever less steeply, and so Newton's steps from below, where the normal quantile lies, rise to
// the solution. (gonum's quantile, by an inverse of the incomplete beta function, is wrong for many degrees of freedom.)
func studentQuantile(df, level float64) float64 {
	density := distuv.StudentsT{Sigma: 1, Nu: df}.Prob
	t := distuv.UnitNormal.Quantile((1 + level) / 2)
	for {
		next := t + (studentTails(df, t)-(1-level))/(2*density(t))
		if !(next > t*(1+0x1p-51)) {
			return t
		}
		t = next
	}
}

// studentTails returns the chance of |T| ≥ |t| for T of Student's distribution with ν degrees of freedom, the regularised
// incomplete beta function I(x; ν/2, 1/2) at x = ν/(ν+t²). Its relative error is about 1e-14,
// and 1e-15 times the degrees of freedom where these are many.
func studentTails(df, t float64) float64 {
	square := t * t
	if square < 1 { // where x may round to 1, and I(1-x; 1/2, ν/2) is not near 1
		return 1 - mathext.RegIncBeta(.5, df/2, square/(df+square))
	}
	return mathext.RegIncBeta(df/2, .5, df/(df+square))
}
