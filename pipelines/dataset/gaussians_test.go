package dataset

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func generate(t testing.TB, p GaussianParameters, seed int64, sizes Sizes) Sample {
	t.Helper()
	g, err := NewGaussians(p)
	if err != nil {
		t.Fatal(err)
	}
	s, err := g.Sample(seed, sizes)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var problems = map[string]GaussianParameters{
	"default-like":    {Classes: 10, Dimensions: 20, Separation: 4, LabelNoise: .1},
	"two in one":      {Classes: 2, Dimensions: 1, Separation: 2},
	"all the same":    {Classes: 3, Dimensions: 2, Separation: 0},
	"mostly noise":    {Classes: 4, Dimensions: 3, Separation: 3, LabelNoise: .75},
	"more than axes":  {Classes: 8, Dimensions: 2, Separation: 5, LabelNoise: .02},
	"far apart":       {Classes: 3, Dimensions: 5, Separation: 1000, LabelNoise: .2},
	"noise of others": {Classes: 2, Dimensions: 2, Separation: 2, LabelNoise: .9},
}

// The labels must look as if drawn from the posterior: for any function f(x, k) the mean of f(x, label)
// less its mean under the posterior is 0, within its standard error.
func TestLabelsFollowThePosterior(t *testing.T) {
	const n, limit = 20_000, 4.5
	for name, p := range problems {
		t.Run(name, func(t *testing.T) {
			view := generate(t, p, 5, Sizes{Train: 1, Test: n}).Test
			labels, posterior := view.Labels(), view.Posterior()
			statistics := map[string]func(row []float64, k int) float64{
				"the Bayes rule is right": func(row []float64, k int) float64 { return indicator(k == argmax(row)) },
				"likelihood":              func(row []float64, k int) float64 { return math.Log(max(row[k], 1e-300)) },
				"Brier score":             func(row []float64, k int) float64 { return 1 - 2*row[k] },
				"first class":             func(row []float64, k int) float64 { return indicator(k == 0) },
				"last class":              func(row []float64, k int) float64 { return indicator(k == p.Classes-1) },
			}
			for what, f := range statistics {
				difference, variance := 0.0, 0.0
				for i, y := range labels {
					row := posterior[i*p.Classes : (i+1)*p.Classes]
					mean, square := 0.0, 0.0
					for k, q := range row {
						mean += q * f(row, k)
						square += q * f(row, k) * f(row, k)
					}
					difference += f(row, int(y)) - mean
					variance += square - mean*mean
				}
				if math.Abs(difference) > limit*math.Sqrt(variance)+1e-6 {
					t.Errorf("%s: off by %.1f standard errors", what, difference/math.Sqrt(variance))
				}
			}
		})
	}
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func argmax(row []float64) int { return slices.Index(row, slices.Max(row)) }

func TestPosteriorIsADistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := GaussianParameters{
			Classes:    rapid.IntRange(2, 12).Draw(t, "classes"),
			Dimensions: rapid.IntRange(1, 12).Draw(t, "dimensions"),
			Separation: rapid.OneOf(rapid.Float64Range(0, 10), rapid.Float64Range(0, maxSeparation)).Draw(t, "separation"),
			LabelNoise: rapid.Float64Range(0, .999).Draw(t, "label noise"),
		}
		g, err := NewGaussians(p)
		if err != nil {
			t.Fatal(err)
		}
		s, err := g.Sample(rapid.Int64().Draw(t, "seed"), Sizes{Train: 5, Validation: 3, Test: 4})
		if err != nil {
			t.Fatal(err)
		}
		for _, view := range []View{s.Train, s.Validation, s.Test} {
			for i, row := range slices.Collect(slices.Chunk(view.Posterior(), p.Classes)) {
				sum := 0.0
				for _, q := range row {
					if !(q >= 0 && q <= 1) {
						t.Errorf("posterior %v", row)
					}
					sum += q
				}
				if math.Abs(sum-1) > 1e-13 {
					t.Errorf("posterior %d sums to %v", i, sum)
				}
			}
			for _, y := range view.Labels() {
				if y < 0 || y >= int64(p.Classes) {
					t.Errorf("label %d", y)
				}
			}
		}
	})
}

func TestPosteriorByHand(t *testing.T) {
	g := &Gaussians{
		parameters: GaussianParameters{Classes: 2, Dimensions: 1, LabelNoise: .1},
		means:      []float64{-1, 1},
	}
	p := make([]float64, 2)
	for _, x := range []float32{-2, 0, .5, 30} {
		g.posterior([]float32{x}, p)
		clean := 1 / (1 + math.Exp(-2*float64(x)))
		if want := .9*clean + .1*(1-clean); math.Abs(p[1]-want) > 1e-15 {
			t.Errorf("posterior at %v is %v, want %v", x, p[1], want)
		}
	}
}

// With two classes the Bayes rule is right with the probability Φ(d/2), d the distance of the means.
func TestBayesAccuracyOfTwoClasses(t *testing.T) {
	p := GaussianParameters{Classes: 2, Dimensions: 6, Separation: 2}
	g, err := NewGaussians(p)
	if err != nil {
		t.Fatal(err)
	}
	square := 0.0
	for d := range p.Dimensions {
		square += (g.mean(0)[d] - g.mean(1)[d]) * (g.mean(0)[d] - g.mean(1)[d])
	}
	const n = 50_000
	view := generate(t, p, 0, Sizes{Train: 1, Test: n}).Test
	right, posterior := 0.0, view.Posterior()
	for i, y := range view.Labels() {
		right += indicator(argmax(posterior[2*i:2*i+2]) == int(y)) / n
	}
	want := math.Erfc(-math.Sqrt(square)/2/math.Sqrt2) / 2
	if math.Abs(right-want) > 4.5*math.Sqrt(want*(1-want)/n) {
		t.Errorf("the Bayes rule is right for %v, want %v", right, want)
	}
}

func TestSeparationIsTheDistanceOfTheMeans(t *testing.T) {
	g, err := NewGaussians(GaussianParameters{Classes: 200, Dimensions: 50, Separation: 3})
	if err != nil {
		t.Fatal(err)
	}
	sum, pairs := 0.0, 0.0
	for a := range 200 {
		for b := range a {
			for d := range 50 {
				difference := g.mean(a)[d] - g.mean(b)[d]
				sum += difference * difference
			}
			pairs++
		}
	}
	if rms := math.Sqrt(sum / pairs); math.Abs(rms-3) > .1 {
		t.Errorf("the root mean square distance is %v", rms)
	}
}

func TestNoiseReplacesAsManyLabelsAsItSays(t *testing.T) {
	const n = 20_000
	p := GaussianParameters{Classes: 5, Dimensions: 3, Separation: 2}
	clean := generate(t, p, 9, Sizes{Train: n, Test: 1}).Train
	p.LabelNoise = .3
	noisy := generate(t, p, 9, Sizes{Train: n, Test: 1}).Train
	if !slices.Equal(clean.Examples.Floats, noisy.Examples.Floats) {
		t.Error("noise in the labels changes the features")
	}
	shift := make([]float64, 5)
	for i, y := range clean.Labels() {
		shift[(noisy.Labels()[i]-y+5)%5]++
	}
	for s, count := range shift {
		want := .3 / 4
		if s == 0 {
			want = .7
		}
		if math.Abs(count/n-want) > 4.5*math.Sqrt(want*(1-want)/n) {
			t.Errorf("%v of the labels are shifted by %d, want %v", count/n, s, want)
		}
	}
}

func TestSplitsOfGaussiansDoNotDisturbEachOther(t *testing.T) {
	p := problems["default-like"]
	small := generate(t, p, 3, Sizes{Train: 10, Validation: 10, Test: 10})
	large := generate(t, p, 3, Sizes{Train: 30, Validation: 10, Test: 20})
	if !slices.Equal(small.Validation.Examples.Floats, large.Validation.Examples.Floats) ||
		!slices.Equal(small.Test.Labels(), large.Test.Labels()[:10]) ||
		!slices.Equal(small.Train.Examples.Floats, large.Train.Examples.Floats[:10*p.Dimensions]) {
		t.Error("the size of a split changes examples")
	}
	other := generate(t, p, 4, Sizes{Train: 10, Validation: 10, Test: 10})
	splits := []View{small.Train, small.Validation, small.Test, other.Train, other.Validation, other.Test}
	for i, a := range splits {
		for _, b := range splits[:i] {
			if a.Examples.Floats[0] == b.Examples.Floats[0] {
				t.Error("two splits begin with the same example")
			}
		}
	}
}

func TestEverySeedSamplesTheSameProblem(t *testing.T) {
	a, err := NewGaussians(problems["default-like"])
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewGaussians(problems["default-like"])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.means, b.means) || a.Info().Checksum != b.Info().Checksum {
		t.Error("the same parameters make two problems")
	}
	seen := map[string]string{}
	for name, p := range problems {
		g, err := NewGaussians(p)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[g.Info().Checksum]; ok {
			t.Errorf("%s and %s have the same checksum", name, other)
		}
		seen[g.Info().Checksum] = name
	}
}

func TestWrongParameters(t *testing.T) {
	for want, p := range map[string]GaussianParameters{
		"1 classes":            {Classes: 1, Dimensions: 2},
		"0 dimensions":         {Classes: 2},
		"are too many":         {Classes: 1 << 40, Dimensions: 1 << 40},
		"separation -1":        {Classes: 2, Dimensions: 2, Separation: -1},
		"separation NaN":       {Classes: 2, Dimensions: 2, Separation: math.NaN()},
		"label noise 1 is":     {Classes: 2, Dimensions: 2, LabelNoise: 1},
		"label noise -0.1 is":  {Classes: 2, Dimensions: 2, LabelNoise: -.1},
		"separation +Inf is o": {Classes: 2, Dimensions: 2, Separation: math.Inf(1)},
	} {
		_, err := NewGaussians(p)
		if err == nil || !strings.HasPrefix(err.Error(), "generating gaussians: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error is %v, want %s", p, err, want)
		}
	}
}

func TestImpossibleSizesOfGaussians(t *testing.T) {
	g, err := NewGaussians(problems["two in one"])
	if err != nil {
		t.Fatal(err)
	}
	for _, sizes := range []Sizes{{Train: 0, Test: 1}, {Train: 1}, {Train: -1, Test: 1}, {Train: 1 << 60, Test: 1}} {
		if _, err := g.Sample(0, sizes); err == nil || !strings.HasPrefix(err.Error(), "sampling gaussians: ") {
			t.Errorf("%+v: error is %v", sizes, err)
		}
	}
}
