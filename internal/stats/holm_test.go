package stats

import (
	"math"
	"testing"
)

func TestHolm(t *testing.T) {
	nan := math.NaN()
	// R: p.adjust(p, "holm")
	for _, test := range []struct{ p, want []float64 }{
		{nil, nil},
		{[]float64{.04}, []float64{.04}},
		{[]float64{.01, .02, .03, .04, .05}, []float64{.05, .08, .09, .09, .09}},
		{[]float64{.03, nan, .001, .5, .001}, []float64{.06, nan, .004, .5, .004}},
		{[]float64{nan, nan}, []float64{nan, nan}},
		{[]float64{.9, .8, 1}, []float64{1, 1, 1}},
	} {
		got := Holm(test.p)
		for i := range test.want {
			if len(got) != len(test.want) || !near(got[i], test.want[i], 1e-15) {
				t.Errorf("Holm(%v) = %v, want %v", test.p, got, test.want)
			}
		}
	}
}
