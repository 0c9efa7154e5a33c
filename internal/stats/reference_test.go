package stats

import (
	"math"
	"testing"
)

// near reports whether two numbers agree to a relative error; NaN agrees with NaN.
func near(got, want, tolerance float64) bool {
	return got == want || math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= tolerance*math.Abs(want)
}

// Hours of sleep gained with two soporifics (Student 1908), as in R's help page of the data set sleep.
var (
	sleepFirst  = []float64{.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2}
	sleepSecond = []float64{1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4}
)

// R: t.test(extra ~ group, data = sleep, paired = TRUE)
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
		if !near(number[0], number[1], 1e-12) {
			t.Errorf("%s is %.17g, want %.17g", name, number[0], number[1])
		}
	}
}

// roundingTimes are of 22 players who round first base in three ways (Hollander and Wolfe 1973), as in R's help page of
// friedman.test.
var roundingTimes = [][]float64{
	{5.40, 5.50, 5.55}, {5.85, 5.70, 5.75}, {5.20, 5.60, 5.50}, {5.55, 5.50, 5.40}, {5.90, 5.85, 5.70}, {5.45, 5.55, 5.60},
	{5.40, 5.40, 5.35}, {5.45, 5.50, 5.35}, {5.25, 5.15, 5.00}, {5.85, 5.80, 5.70}, {5.25, 5.20, 5.10}, {5.65, 5.55, 5.45},
	{5.60, 5.35, 5.45}, {5.05, 5.00, 4.95}, {5.50, 5.50, 5.40}, {5.45, 5.55, 5.50}, {5.55, 5.55, 5.35}, {5.45, 5.50, 5.55},
	{5.50, 5.45, 5.25}, {5.65, 5.60, 5.40}, {5.70, 5.65, 5.55}, {6.30, 6.30, 6.25},
}

// R: friedman.test(RoundingTimes)
func TestFriedmanIsThatOfR(t *testing.T) {
	got := FriedmanTest(roundingTimes, true)
	if !near(got.Statistic, 11.142857142857142, 1e-14) || !near(got.P, 0.003805040775511363, 1e-12) || got.DF != 2 || got.Blocks != 22 {
		t.Errorf("χ² is %.17g, p %.17g of %+v", got.Statistic, got.P, got)
	}
}
