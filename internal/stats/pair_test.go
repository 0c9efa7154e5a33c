package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPair(t *testing.T) {
	undefinedPair, third := Interval{nan, nan}, 1/3.
	margin := .95 * math.Sqrt2 / math.Sqrt(1-.95*.95)
	for name, test := range map[string]struct {
		a, b []float64
		want Paired
	}{
		"none": {nil, nil, Paired{0, nan, nan, undefinedPair, nan, nan, nan, nan, 1, nan}},
		"one":  {[]float64{3}, []float64{1}, Paired{1, 2, nan, undefinedPair, nan, nan, nan, 1, 1, nan}},
		"two": { // t of one degree is Cauchy's: P = 1 - 2·atan(3)/π
			[]float64{1, 2}, []float64{0, 0}, Paired{2, 1.5, math.Sqrt(.5), Interval{1.5 - .5*math.Tan(.475*math.Pi), 1.5 + .5*math.Tan(.475*math.Pi)},
				3, 1, 1 - 2*math.Atan(3)/math.Pi, .5, .5, nan}},
		"equal samples": {[]float64{.1, .2, .3}, []float64{.1, .2, .3}, Paired{3, 0, 0, Interval{0, 0}, 0, 2, 1, 1, .25, nan}},
		"equal but for rounding": {
			[]float64{third + third, 1 - third, third * 7}, []float64{1 - third, third + third, 2 + third}, Paired{3, 0, 0, Interval{0, 0}, 0, 2, 1, 1, .25, nan}},
		"close, but told apart": { // with two degrees of freedom t has a level of t/√(2+t²), and J(2) = 1/√π
			[]float64{1, 1, 1 + 0x3p-30}, []float64{1, 1 - 0x3p-30, 1}, Paired{3, 0x1p-29, 0x3p-30 / math.Sqrt(3),
				Interval{0x1p-29 - 0x1p-30*margin, 0x1p-29 + 0x1p-30*margin}, 2, 2, 1 - 2/math.Sqrt(6), .5, .25, 2 / math.Sqrt(3*math.Pi)}},
		"one difference": {[]float64{2, 3, 4}, []float64{1, 2, 3}, Paired{3, 1, 0, Interval{1, 1}, inf, 2, 0, .25, .25, nan}},
		"one difference but for rounding": {
			[]float64{.83, .84, .85}, []float64{.82, .83, .84}, Paired{3, .01, 0, Interval{.01, .01}, inf, 2, 0, .25, .25, nan}},
		"one difference below":  {[]float64{1, 2}, []float64{2, 3}, Paired{2, -1, 0, Interval{-1, -1}, -inf, 1, 0, .5, .5, nan}},
		"infinite":              {[]float64{1, inf, 2}, []float64{1, 2, 3}, Paired{3, inf, nan, undefinedPair, nan, 2, nan, nan, .25, nan}},
		"infinite on the right": {[]float64{1, 2}, []float64{inf, 2}, Paired{2, -inf, nan, undefinedPair, nan, 1, nan, nan, .5, nan}},
		"infinite on both":      {[]float64{inf, 1}, []float64{inf, 2}, Paired{2, nan, nan, undefinedPair, nan, 1, nan, nan, .5, nan}},
		"NaN":                   {[]float64{nan, 1}, []float64{1, 2}, Paired{2, nan, nan, undefinedPair, nan, 1, nan, nan, .5, nan}},
		"a difference overflows": {
			[]float64{math.MaxFloat64, 1}, []float64{-math.MaxFloat64, 2}, Paired{2, inf, nan, undefinedPair, nan, 1, nan, nan, .5, nan}},
	} {
		got := Pair(test.a, test.b, .95)
		if !samePair(got, test.want, 1e-14) {
			t.Errorf("%s: got  %+v\nwant %+v", name, got, test.want)
		}
	}
	if !panics(func() { Pair([]float64{1, 2}, []float64{1}, .95) }) {
		t.Error("samples of different lengths are paired")
	}
}

// numbers are all of them but N.
func numbers(p Paired) []float64 {
	return []float64{p.Difference, p.SD, p.Interval.Low, p.Interval.High, p.T, p.DF, p.P, p.SignFlip, p.LeastSignFlip, p.Effect}
}

func samePair(p, q Paired, tolerance float64) bool {
	return p.N == q.N && slices.EqualFunc(numbers(p), numbers(q), func(a, b float64) bool { return near(a, b, tolerance) })
}

func TestPairProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 10).Draw(t, "n")
		value := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-50, 50).Draw(t, "numerator")) / 97 })
		if rapid.Bool().Draw(t, "not all finite") {
			value = rapid.OneOf(value, rapid.SampledFrom([]float64{nan, inf, -inf}))
		}
		a, b := rapid.SliceOfN(value, n, n).Draw(t, "a"), rapid.SliceOfN(value, n, n).Draw(t, "b")
		p := Pair(a, b, .9)
		if q := Pair(b, a, .9); !mirrored(p, q) {
			t.Fatalf("Pair(a, b) is %+v\nPair(b, a) is %+v", p, q)
		}
		order := rapid.Permutation(indexes(n)).Draw(t, "order")
		if q := Pair(reordered(a, order), reordered(b, order), .9); !samePair(p, q, 0) {
			t.Fatalf("%+v\nin another order %+v", p, q)
		}
		// The interval leaves out 0 exactly where the test rejects.
		if p.SD > 0 && math.Abs(p.P-.1) > 1e-9 && p.Interval.Contains(0) != (p.P > .1) {
			t.Fatalf("%+v contradicts itself", p)
		}
	})
}

// mirrored reports whether q is p with the samples exchanged; sums of negated numbers may round otherwise.
func mirrored(p, q Paired) bool {
	about := func(a, b float64) bool {
		return near(a, b, 0) || math.Abs(a-b) <= 1e-12*(1+math.Abs(a))
	}
	return about(p.Difference, -q.Difference) && about(p.SD, q.SD) && about(p.Interval.Low, -q.Interval.High) &&
		about(p.Interval.High, -q.Interval.Low) && about(p.T, -q.T) && about(p.P, q.P) && about(p.SignFlip, q.SignFlip) &&
		about(p.Effect, -q.Effect) && p.N == q.N && about(p.DF, q.DF)
}

func TestPairOfAnySamplesIsInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 10).Draw(t, "n")
		a, b := rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "a"), rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "b")
		p := Pair(a, b, .95)
		if p.P < 0 || p.P > 1 || p.SignFlip < p.LeastSignFlip || p.SignFlip > 1 || p.SD < 0 || p.Interval.Low > p.Interval.High {
			t.Fatalf("%+v", p)
		}
	})
}

// Samples scaled by a power of two, anywhere in the range of float64, give the same test; and so do shifted ones.
func TestPairOfScaledAndShiftedSamples(t *testing.T) {
	first := Pair(sleepFirst, sleepSecond, .95)
	for _, exponent := range []int{-1000, -600, 600, 1000} {
		p := Pair(scaled(sleepFirst, exponent), scaled(sleepSecond, exponent), .95)
		for _, number := range []*float64{&p.Difference, &p.SD, &p.Interval.Low, &p.Interval.High} {
			*number = math.Ldexp(*number, -exponent)
		}
		if !samePair(p, first, 1e-15) {
			t.Errorf("scaled by 2^%d: %+v\nwant %+v", exponent, p, first)
		}
	}
	var a, b []float64
	for i := range sleepFirst {
		a, b = append(a, sleepFirst[i]+100), append(b, sleepSecond[i]+100)
	}
	if p := Pair(a, b, .95); !samePair(p, first, 1e-12) {
		t.Errorf("shifted by 100: %+v\nwant %+v", p, first)
	}
}

func scaled(values []float64, exponent int) []float64 {
	all := make([]float64, len(values))
	for i, v := range values {
		all[i] = math.Ldexp(v, exponent)
	}
	return all
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func reordered(values []float64, order []int) []float64 {
	all := make([]float64, len(values))
	for i, from := range order {
		all[i] = values[from]
	}
	return all
}

// Where the samples do not differ, p is uniform; and the effect has its true value as its mean.
func TestPairedTestHoldsItsLevel(t *testing.T) {
	const trials, effect = 5_000, .8
	for _, n := range []int{2, 3, 5, 10} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			random := rand.New(rand.NewPCG(6, uint64(n)))
			var chances, effects []float64
			for range trials {
				a, b := normals(random, n), normals(random, n)
				chances = append(chances, Pair(a, b, .95).P)
				for i := range a {
					a[i] += effect * math.Sqrt2 // the standard deviation of a difference
				}
				effects = append(effects, Pair(a, b, .95).Effect)
			}
			slices.Sort(chances)
			largest := 0. // Kolmogorov's distance from the uniform distribution, beyond 2.2/√trials once in 8,000 samples
			for i, p := range chances {
				largest = max(largest, p-float64(i)/trials, float64(i+1)/trials-p)
			}
			if largest*math.Sqrt(trials) > 2.2 {
				t.Errorf("p of equal distributions is off the uniform one by %v", largest)
			}
			// With two degrees of freedom the effect has no variance, and its mean cannot be estimated.
			if s := Summarise(effects); n > 3 && math.Abs(s.Mean-effect) > 4*s.SD/math.Sqrt(trials) {
				t.Errorf("the mean effect is %v ± %v, want %v", s.Mean, s.SD/math.Sqrt(trials), effect)
			}
		})
	}
}

// J(m) has closed forms, and is about 1 - 3/(4m-1) (Hedges 1981).
func TestHedges(t *testing.T) {
	for m, want := range map[float64]float64{1: nan, 2: 1 / math.Sqrt(math.Pi), 3: math.Sqrt(math.Pi / 6), 4: math.Sqrt(2 / math.Pi)} {
		if got := hedges(m); !near(got, want, 1e-14) {
			t.Errorf("J(%v) is %v, want %v", m, got, want)
		}
	}
	for _, m := range []float64{10, 50, 1000} {
		if got, want := hedges(m), 1-3/(4*m-1); math.Abs(got-want) > .04/(m*m) {
			t.Errorf("J(%v) is %v, want about %v", m, got, want)
		}
	}
}
