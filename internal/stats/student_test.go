package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// intervalCases are undefined or a point whatever the method.
var intervalCases = map[string]struct {
	samples []float64
	want    Interval
}{
	"none":            {nil, Interval{nan, nan}},
	"one":             {[]float64{3}, Interval{nan, nan}},
	"NaN":             {[]float64{1, nan, 2}, Interval{nan, nan}},
	"infinite":        {[]float64{1, inf, 2}, Interval{nan, nan}},
	"all infinite":    {[]float64{inf, inf}, Interval{nan, nan}},
	"equal":           {[]float64{.1, .1, .1}, Interval{.1, .1}},
	"the largest one": {[]float64{math.MaxFloat64, math.MaxFloat64}, Interval{math.MaxFloat64, math.MaxFloat64}},
}

func TestStudent(t *testing.T) {
	for name, test := range intervalCases {
		if got := Student(test.samples, .95); !near(got.Low, test.want.Low, 0) || !near(got.High, test.want.High, 0) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if got := Student([]float64{-math.MaxFloat64, math.MaxFloat64}, .95); got != (Interval{-inf, inf}) {
		t.Errorf("beyond the largest number it is %v", got)
	}
}

func TestLevelsOutsideZeroToOnePanic(t *testing.T) {
	for _, level := range []float64{0, 1, -.5, 95, nan} {
		for name, call := range map[string]func(){
			"Student":   func() { Student([]float64{1, 2}, level) },
			"Bootstrap": func() { Bootstrap([]float64{1, 2}, level) },
			"Pair":      func() { Pair([]float64{1, 2}, []float64{3, 5}, level) },
		} {
			if !panics(call) {
				t.Errorf("%s takes a level of %v", name, level)
			}
		}
	}
}

func panics(call func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	call()
	return false
}

// An interval follows its sample when this is shifted and scaled, and knows no order.
func checkInterval(t *rapid.T, of func([]float64, float64) Interval) {
	samples := rapid.SliceOfN(rapid.Float64Range(-1, 1), 2, 12).Draw(t, "samples")
	level := rapid.Float64Range(.01, .999).Draw(t, "level")
	before := slices.Clone(samples)
	interval, s := of(samples, level), Summarise(samples)
	if !slices.Equal(samples, before) {
		t.Fatal("the samples were changed")
	}
	if again := of(rapid.Permutation(samples).Draw(t, "permuted"), level); again != interval {
		t.Fatalf("in another order the interval is %v instead of %v", again, interval)
	}
	if !(interval.Low <= interval.High) {
		t.Fatalf("%v is out of order", interval)
	}
	if wider := of(samples, (1+level)/2); wider.Low > interval.Low || wider.High < interval.High {
		t.Fatalf("%v at a higher level than %v", wider, interval)
	}
	// A power of two does not round; a shift does, and by more than 1e-12 of the spread unless this is wide enough.
	for i := range samples {
		samples[i] = math.Ldexp(samples[i], 700)
	}
	if scaled := of(samples, level); s.SD > 1e-9 && (math.Ldexp(scaled.Low, -700) != interval.Low || math.Ldexp(scaled.High, -700) != interval.High) {
		t.Fatalf("scaled by 2^700, %v becomes %v", interval, scaled)
	}
	for i := range samples {
		samples[i] = before[i] + 2
	}
	shifted := of(samples, level)
	if s.SD > .01 && (math.Abs(shifted.Low-2-interval.Low) > 1e-10 || math.Abs(shifted.High-2-interval.High) > 1e-10) {
		t.Fatalf("shifted by 2, %v becomes %v", interval, shifted)
	}
}

func TestStudentProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkInterval(t, Student) })
}

// coverage returns how often intervals of n samples hold their true mean, and the standard deviation of that.
func coverage(of func([]float64, float64) Interval, n int, level, mean float64, sample func(*rand.Rand) float64, trials int) (share, deviation float64) {
	random, held := rand.New(rand.NewPCG(1, uint64(n))), 0
	samples := make([]float64, n)
	for range trials {
		for i := range samples {
			samples[i] = sample(random)
		}
		if of(samples, level).Contains(mean) {
			held++
		}
	}
	share = float64(held) / float64(trials)
	return share, math.Sqrt(share * (1 - share) / float64(trials))
}

func normal(random *rand.Rand) float64 { return 5 + 3*random.NormFloat64() }

func TestStudentCoversTheMeanOfNormalSamples(t *testing.T) {
	for _, n := range []int{2, 5, 20} {
		for _, level := range []float64{.5, .95} {
			share, deviation := coverage(Student, n, level, 5, normal, 10_000)
			if math.Abs(share-level) > 4*deviation {
				t.Errorf("%v intervals of %d samples hold the mean in %v ± %v of cases", level, n, share, deviation)
			}
		}
	}
}
