package stats

import (
	"slices"
	"testing"
)

// Hours of sleep gained with two soporifics (Student 1908), R's data set sleep.
var (
	sleepFirst  = []float64{.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2}
	sleepSecond = []float64{1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4}
)

// TestPairIsThatOfR compares with t.test(extra ~ group, data = sleep, paired = TRUE) in R 4.2.2, with digits = 17.
func TestPairIsThatOfR(t *testing.T) {
	got := Pair(sleepFirst, sleepSecond, .95)
	for name, number := range map[string][2]float64{
		"difference": {got.Difference, -1.58},
		"t":          {got.T, -4.0621276833820366},
		"df":         {got.DF, 9},
		"p":          {got.P, 0.0028328901973842702},
		"low":        {got.Interval.Low, -2.4598857632769824},
		"high":       {got.Interval.High, -0.70011423672301754},
	} {
		if !near(number[0], number[1], 1e-14) {
			t.Errorf("%s is %.17g, want %.17g", name, number[0], number[1])
		}
	}
	// All differences have one sign but one, which is 0.
	if got.SignFlip != 2./512 {
		t.Errorf("the sign-flip p is %v, want 1/256", got.SignFlip)
	}
}

// Heights of cross- and self-fertilised plants in eighths of an inch (Darwin 1876), as differences of pairs. Fisher
// ("The Design of Experiments", 1935, section 21) found that 1,726 of the 32,768 assignments of signs have a sum at
// least as far from 0.
func TestSignFlipIsThatOfFisher(t *testing.T) {
	darwin := []float64{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48}
	if got := SignFlip(darwin); got != 1726./32768 {
		t.Errorf("p is %v, of %v assignments, want 1726", got, got*32768)
	}
}

// roundingTimes are of 22 players who round first base in three ways (Hollander and Wolfe 1973), as on R's help page of
// friedman.test.
var roundingTimes = [][]float64{
	{5.40, 5.50, 5.55}, {5.85, 5.70, 5.75}, {5.20, 5.60, 5.50}, {5.55, 5.50, 5.40}, {5.90, 5.85, 5.70}, {5.45, 5.55, 5.60},
	{5.40, 5.40, 5.35}, {5.45, 5.50, 5.35}, {5.25, 5.15, 5.00}, {5.85, 5.80, 5.70}, {5.25, 5.20, 5.10}, {5.65, 5.55, 5.45},
	{5.60, 5.35, 5.45}, {5.05, 5.00, 4.95}, {5.50, 5.50, 5.40}, {5.45, 5.55, 5.50}, {5.55, 5.55, 5.35}, {5.45, 5.50, 5.55},
	{5.50, 5.45, 5.25}, {5.65, 5.60, 5.40}, {5.70, 5.65, 5.55}, {6.30, 6.30, 6.25},
}

// TestFriedmanIsThatOfR compares with friedman.test(RoundingTimes) in R 4.2.2, with digits = 17.
func TestFriedmanIsThatOfR(t *testing.T) {
	got := FriedmanTest(roundingTimes, true)
	if !near(got.Statistic, 11.142857142857142, 1e-15) || !near(got.P, 0.003805040775511363, 1e-14) || got.DF != 2 || got.Blocks != 22 {
		t.Errorf("χ² is %.17g, p %.17g of %+v", got.Statistic, got.P, got)
	}
}

// TestFriedmanIsThatOfDemšar takes the ranks of table 6 of Demšar, "Statistical comparisons of classifiers over multiple
// data sets" (JMLR 2006), which gives the average ranks, χ² = 9.28 and F = 3.69. It does not correct for ties.
func TestFriedmanIsThatOfDemšar(t *testing.T) {
	got := FriedmanTest([][]float64{
		{4, 3, 2, 1}, {1, 2, 3, 4}, {4, 1, 2, 3}, {4, 1, 3, 2}, {4, 2, 3, 1}, {1, 2.5, 4, 2.5}, {3, 2, 4, 1}, {2.5, 2.5, 4, 1},
		{4, 3, 2, 1}, {2.5, 2.5, 2.5, 2.5}, {4, 2.5, 1, 2.5}, {3, 2, 4, 1}, {4, 1, 2, 3}, {3, 1, 4, 2},
	}, true)
	if want := []float64{44. / 14, 28. / 14, 40.5 / 14, 27.5 / 14}; !slices.EqualFunc(got.Ranks, want, func(a, b float64) bool { return near(a, b, 1e-15) }) {
		t.Errorf("the ranks are %v, want %v", got.Ranks, want)
	}
	const tied = 60 + 3*6 // Σ t³-t of one tie of four and three of two
	uncorrected := got.Statistic * (1 - tied/(14.*(64-4)))
	if !near(uncorrected, 9.28, .005/9.28) || !near(13*uncorrected/(14*3-uncorrected), 3.69, .005/3.69) {
		t.Errorf("without the correction for ties χ² is %v, want 9.28", uncorrected)
	}
	if got.Statistic <= uncorrected || got.ImanDF1 != 3 || got.ImanDF2 != 39 {
		t.Errorf("%+v", got)
	}
}

// TestHolmIsThatOfR compares with p.adjust(p, "holm") in R 4.2.2.
func TestHolmIsThatOfR(t *testing.T) {
	for _, test := range []struct{ p, want []float64 }{
		{[]float64{.01, .02, .03, .04, .05}, []float64{.05, .08, .09, .09, .09}},
		{[]float64{.03, nan, .001, .5, .001}, []float64{.06, nan, .004, .5, .004}},
	} {
		if got := Holm(test.p); !slices.EqualFunc(got, test.want, func(a, b float64) bool { return near(a, b, 1e-15) }) {
			t.Errorf("Holm(%v) = %v, want %v", test.p, got, test.want)
		}
	}
}
