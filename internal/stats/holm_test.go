package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestHolm(t *testing.T) {
	for name, test := range map[string]struct{ p, want []float64 }{
		"none":               {nil, nil},
		"one":                {[]float64{.04}, []float64{.04}},
		"none tested":        {[]float64{nan, nan}, []float64{nan, nan}},
		"never above 1":      {[]float64{.9, .8, 1}, []float64{1, 1, 1}},
		"0 stays 0":          {[]float64{.5, 0}, []float64{.5, 0}},
		"equal ones":         {[]float64{.25, .25}, []float64{.5, .5}},
		"NaN does not count": {[]float64{.25, nan, .125}, []float64{.25, nan, .25}},
	} {
		if got := Holm(test.p); !slices.EqualFunc(got, test.want, func(a, b float64) bool { return near(a, b, 0) }) {
			t.Errorf("%s: Holm(%v) = %v, want %v", name, test.p, got, test.want)
		}
	}
}

func TestHolmProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1e-9, .01, .05, 1, nan})), 0, 12).Draw(t, "p")
		before := slices.Clone(p)
		adjusted := Holm(p)
		if !slices.EqualFunc(p, before, func(a, b float64) bool { return near(a, b, 0) }) {
			t.Fatal("the p values were changed")
		}
		for i := range p {
			if math.IsNaN(p[i]) != math.IsNaN(adjusted[i]) || adjusted[i] < p[i] || adjusted[i] > min(1, float64(len(p))*p[i]) {
				t.Fatalf("%v becomes %v", p[i], adjusted[i])
			}
			for j := range p {
				if p[i] < p[j] && adjusted[i] > adjusted[j] || p[i] == p[j] && adjusted[i] != adjusted[j] {
					t.Fatalf("%v and %v become %v and %v", p[i], p[j], adjusted[i], adjusted[j])
				}
			}
		}
		// Rejecting step by step until one is not (Holm 1979) is rejecting what is adjusted to the level or less.
		level := rapid.SampledFrom([]float64{.01, .05, .3}).Draw(t, "level")
		tested := slices.DeleteFunc(slices.Clone(p), math.IsNaN)
		slices.Sort(tested)
		rejected := 0
		for rejected < len(tested) && float64(len(tested)-rejected)*tested[rejected] <= level {
			rejected++
		}
		count := 0
		for _, a := range adjusted {
			if a <= level {
				count++
			}
		}
		if count != rejected {
			t.Fatalf("%d are rejected at %v, want %d of %v", count, level, rejected, tested)
		}
	})
}
