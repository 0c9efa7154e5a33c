package stats

import (
	"math"
	"testing"
)

func TestSignFlip(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, test := range map[string]struct {
		differences []float64
		want        float64
	}{
		"none":                   {nil, nan},
		"one":                    {[]float64{3}, 1},
		"zeros":                  {[]float64{0, 0, 0}, 1},
		"all of one sign":        {[]float64{.1, .2, .3, .4, .5}, 2. / 32},
		"the least is opposed":   {[]float64{-.1, .2, .3, .4, .5}, 4. / 32},
		"ties but for rounding":  {[]float64{.3 - .2, .4 - .3, .5 - .6}, 1},
		"NaN":                    {[]float64{1, nan}, nan},
		"infinite":               {[]float64{1, inf}, nan},
		"the largest of float64": {[]float64{math.MaxFloat64, math.MaxFloat64}, .5},
	} {
		if got := SignFlip(test.differences); !near(got, test.want, 0) {
			t.Errorf("%s: SignFlip(%v) = %v, want %v", name, test.differences, got, test.want)
		}
	}
}
