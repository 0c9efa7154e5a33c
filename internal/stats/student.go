package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
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

// studentQuantile returns the t with which |T| ≤ t has the chance level, for T of Student's distribution:
// P(|T| > t) = I(ν/(ν+t²); ν/2, 1/2).
func studentQuantile(df, level float64) float64 {
	x := mathext.InvRegIncBeta(df/2, .5, 1-level)
	return math.Sqrt(df * (1 - x) / x)
}

// studentTails returns P(|T| ≥ |t|) for T of Student's distribution.
func studentTails(df, t float64) float64 {
	return mathext.RegIncBeta(df/2, .5, df/(df+t*t))
}
