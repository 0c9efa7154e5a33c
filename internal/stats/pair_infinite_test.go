package stats

import (
	"math"
	"testing"
)

// TestPairWithAnInfinity holds that an infinite value leaves everything undefined but the mean, and never counts as equal to
// the others.
func TestPairWithAnInfinity(t *testing.T) {
	inf := math.Inf(1)
	for name, test := range map[string]struct{ a, b []float64 }{
		"in the first":          {[]float64{.23, inf}, []float64{.21, .22}},
		"in the second":         {[]float64{.23, .24}, []float64{-inf, .22}},
		"beside others like it": {[]float64{inf, inf, 1}, []float64{.21, .22, .23}},
		"beside one difference": {[]float64{.23, .23, inf}, []float64{.21, .21, .21}},
	} {
		p := Pair(test.a, test.b, .95)
		if !math.IsInf(p.Difference, 1) || !math.IsNaN(p.SD) || !math.IsNaN(p.P) || !math.IsNaN(p.SignFlip) || !math.IsNaN(p.Interval.Low) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// TestPairT holds that PairT says what Pair says.
func TestPairT(t *testing.T) {
	a, b := []float64{.7, -1.6, -.2, -1.2}, []float64{1.9, .8, 1.1, .1}
	p, q := Pair(a, b, .95), PairT(a, b)
	if p.T != q.T || p.P != q.P || p.Difference != q.Difference || p.SD != q.SD || p.Effect != q.Effect || p.N != q.N || p.DF != q.DF {
		t.Errorf("%+v is not %+v", q, p)
	}
	if !math.IsNaN(q.SignFlip) || !math.IsNaN(q.Interval.Low) || !math.IsNaN(q.Interval.High) {
		t.Errorf("%+v has what it should not", q)
	}
}
