package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestBootstrap(t *testing.T) {
	for name, test := range intervalCases {
		if got := Bootstrap(test.samples, .95); !near(got.Low, test.want.Low, 0) || !near(got.High, test.want.High, 0) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	for name, test := range map[string]struct {
		samples []float64
		level   float64
	}{
		"the largest numbers": {[]float64{-math.MaxFloat64, 0, math.MaxFloat64}, .95},
		"an outlier":          {append(make([]float64, 200), 1), .95},
		"a level next to 1":   {[]float64{0, 0, 0, 0, 0, 0, 0, 1}, 1 - 0x1p-50},
		"below, next to 1":    {[]float64{0, 0, 0, 0, 0, 0, 0, -1}, 1 - 0x1p-50},
	} {
		got, s := Bootstrap(test.samples, test.level), Summarise(test.samples)
		if !(s.Min <= got.Low && got.Low < got.High && got.High <= s.Max) || !got.Contains(s.Mean) {
			t.Errorf("%s: %v of %+v", name, got, s)
		}
	}
}

func TestBootstrapProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkInterval(t, Bootstrap)
		samples := rapid.SliceOfN(rapid.Float64(), 2, 12).Draw(t, "any samples")
		if got := Bootstrap(samples, .95); got.Low < slices.Min(samples) || got.High > slices.Max(samples) {
			t.Fatalf("%v is outside the samples", got)
		}
	})
}

// Counting every resample and drawing some are two ways to the same distribution.
func TestDrawnResamplesAgreeWithCountedOnes(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for n := 2; n <= mostEnumerated; n++ {
		values := normals(random, n)
		var drawn resampled
		drawn.draw(values)
		drawn.total = len(drawn.sums)
		counted := resample(values)
		if want := int(math.Round(math.Pow(float64(n), float64(n)))); counted.total != want {
			t.Fatalf("%d resamples of %d values are counted, want %d", counted.total, n, want)
		}
		for _, fraction := range []float64{.025, .5, .9} {
			limit := drawn.quantile(fraction)
			below, atMost := 0, 0
			for _, s := range counted.sums {
				if s.sum < limit-1e-9 {
					below += s.count
				}
				if s.sum <= limit+1e-9 {
					atMost += s.count
				}
			}
			allowed := 4 * math.Sqrt(fraction*(1-fraction)/resamples)
			total := float64(counted.total)
			if float64(below)/total > fraction+allowed || float64(atMost)/total < fraction-allowed {
				t.Errorf("the quantile %v of %d values is drawn as %v, which lies between those of %v and %v", fraction, n, limit,
					float64(below)/total, float64(atMost)/total)
			}
		}
	}
}

func TestDrawnPositionsAreEquallyFrequent(t *testing.T) {
	for _, n := range []int{9, 10, 20, 1000} {
		for _, position := range []int{0, n / 2, n - 1} {
			values := make([]float64, n)
			values[position] = 1
			var r resampled
			r.draw(values)
			count := 0.
			for _, s := range r.sums {
				count += s.sum
			}
			draws, share := float64(n*resamples), 1/float64(n)
			if math.Abs(count-resamples) > 4*math.Sqrt(draws*share*(1-share)) {
				t.Errorf("position %d of %d is drawn %v times of %v", position, n, count, draws)
			}
		}
	}
}

func TestOrderStatistics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r resampled
		var sorted []float64
		for range rapid.IntRange(1, 30).Draw(t, "sums") {
			s := resampledSum{float64(rapid.IntRange(0, 9).Draw(t, "sum")), rapid.IntRange(1, 4).Draw(t, "count")}
			r.sums = append(r.sums, s)
			sorted = append(sorted, slices.Repeat([]float64{s.sum}, s.count)...)
		}
		if len(sorted) < 2 {
			t.Skip("there is no next")
		}
		slices.Sort(sorted)
		rank := rapid.IntRange(0, len(sorted)-2).Draw(t, "rank")
		if sum, next := r.orderStatistics(rank); sum != sorted[rank] || next != sorted[rank+1] {
			t.Fatalf("at rank %d are %v and %v, want %v", rank, sum, next, sorted[rank:rank+2])
		}
	})
}

// TestBootstrapIsTooNarrowForFewSamples holds the coverage that the comment of Bootstrap states.
func TestBootstrapIsTooNarrowForFewSamples(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many resamples")
	}
	for _, test := range []struct {
		n      int
		stated float64
	}{{5, .83}, {10, .90}} {
		share, deviation := coverage(Bootstrap, test.n, .95, 5, normal, 1000)
		t.Logf("%d samples: %v ± %v", test.n, share, deviation)
		if math.Abs(share-test.stated) > 4*deviation {
			t.Errorf("95 %% intervals of %d samples hold the mean in %v ± %v of cases, not %v", test.n, share, deviation, test.stated)
		}
	}
}
