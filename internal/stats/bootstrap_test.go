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
		first := rapid.OneOf(rapid.Float64Range(-2, 12), rapid.SampledFrom([]float64{0, 5, 9, inf, -inf})).Draw(t, "first pivot")
		if sum, next := r.orderStatistics(rank, first); sum != sorted[rank] || next != sorted[rank+1] {
			t.Fatalf("at rank %d are %v and %v, want %v", rank, sum, next, sorted[rank:rank+2])
		}
	})
}

// TestIntervalsOfFewSamples holds the coverage that the comment of Bootstrap states.
func TestIntervalsOfFewSamples(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many resamples")
	}
	exponential := func(random *rand.Rand) float64 { return random.ExpFloat64() }
	for _, test := range []struct {
		name   string
		of     func([]float64, float64) Interval
		n      int
		mean   float64
		sample func(*rand.Rand) float64
		stated float64
		trials int
	}{
		{"Bootstrap, normal", Bootstrap, 5, 5, normal, .84, 10_000},
		{"Bootstrap, normal", Bootstrap, 10, 5, normal, .90, 1_000},
		{"Bootstrap, exponential", Bootstrap, 5, 1, exponential, .80, 10_000},
		{"Bootstrap, exponential", Bootstrap, 10, 1, exponential, .88, 1_000},
		{"Student, exponential", Student, 5, 1, exponential, .89, 10_000},
		{"Student, exponential", Student, 20, 1, exponential, .92, 10_000},
	} {
		share, deviation := coverage(test.of, test.n, .95, test.mean, test.sample, test.trials)
		if math.Abs(share-test.stated) > 4*deviation+.005 { // stated in whole per cent
			t.Errorf("%s: 95 %% intervals of %d samples hold the mean in %v ± %v of cases, not %v", test.name, test.n, share, deviation, test.stated)
		}
	}
}
