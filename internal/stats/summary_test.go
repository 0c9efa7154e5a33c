package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

var nan, inf = math.NaN(), math.Inf(1)

func TestSummarise(t *testing.T) {
	tests := map[string]struct {
		samples []float64
		want    Summary
	}{
		"none":            {nil, Summary{0, nan, nan, nan, nan}},
		"one":             {[]float64{3}, Summary{1, 3, nan, 3, 3}},
		"two":             {[]float64{1, 3}, Summary{2, 2, math.Sqrt2, 1, 3}},
		"textbook":        {[]float64{2, 4, 4, 4, 5, 5, 7, 9}, Summary{8, 5, math.Sqrt(32. / 7), 2, 9}},
		"equal":           {[]float64{0.1, 0.1, 0.1}, Summary{3, 0.1, 0, 0.1, 0.1}},
		"far from zero":   {[]float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}, Summary{4, 1e9 + 10, math.Sqrt(30), 1e9 + 4, 1e9 + 16}},
		"infinite":        {[]float64{1, inf}, Summary{2, inf, nan, 1, inf}},
		"all infinite":    {[]float64{inf, inf}, Summary{2, inf, nan, inf, inf}},
		"both infinities": {[]float64{inf, -inf}, Summary{2, nan, nan, -inf, inf}},
		"large":           {[]float64{1e308, 1.5e308}, Summary{2, 1.25e308, 1e308 / math.Sqrt(8), 1e308, 1.5e308}},
		"small":           {[]float64{1e-300, 3e-300}, Summary{2, 2e-300, math.Sqrt2 * 1e-300, 1e-300, 3e-300}},
		"too wide an SD":  {[]float64{-math.MaxFloat64, math.MaxFloat64}, Summary{2, 0, inf, -math.MaxFloat64, math.MaxFloat64}},
		"undefined":       {[]float64{1, nan}, Summary{2, nan, nan, nan, nan}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Summarise(test.samples)
			if got.N != test.want.N || !same(got.Mean, test.want.Mean) || !same(got.SD, test.want.SD) ||
				!same(got.Min, test.want.Min) || !same(got.Max, test.want.Max) {
				t.Errorf("Summarise(%v) = %+v, want %+v", test.samples, got, test.want)
			}
		})
	}
}

func same(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-14*math.Abs(b)
}

func TestSummariseProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 2, 20).Draw(t, "samples")
		original := append([]float64(nil), samples...)
		s := Summarise(samples)
		for i := range samples {
			if samples[i] != original[i] {
				t.Fatal("the samples were changed")
			}
		}
		if s.Min > s.Mean || s.Mean > s.Max || s.SD < 0 {
			t.Fatalf("%+v is out of order", s)
		}
		if s.SD > (s.Max-s.Min)*math.Sqrt(float64(s.N)/float64(s.N-1))/2*(1+1e-12) {
			t.Fatalf("%+v spreads wider than its range allows", s)
		}
		if again := Summarise(rapid.Permutation(samples).Draw(t, "permuted")); again != s {
			t.Fatalf("another order gives %+v instead of %+v", again, s)
		}
	})
}
