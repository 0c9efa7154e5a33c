package stats

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// interval is an interval of a sample at a level: [sample, level, [low, high]] in JSON.
type interval struct {
	sample []float64
	level  float64
	want   [2]float64
}

func (i *interval) UnmarshalJSON(content []byte) error {
	return json.Unmarshal(content, &[]any{&i.sample, &i.level, &i.want})
}

// references are what SciPy, statsmodels and mpmath compute; testdata/reference.py wrote them.
type references struct {
	Quantiles, Tails [][3]float64 // degrees of freedom; level or t; t or p
	Student          []interval
	Bootstrap        []interval // SciPy's, of every resample
	Drawn            []struct {
		Sample   []float64
		Level    float64
		Ends, SD [2]float64
	}
	Pair []struct {
		A, B                  []float64
		Level, Difference, SD float64
		Interval              [2]float64
		T, P                  float64
		SignFlip              float64 `json:"sign_flip"`
		Effect                *float64
	}
	Holm     [][2][]float64
	Friedman []struct {
		Values        [][]float64
		Ranks         []float64
		Statistic, P  float64
		ImanDavenport float64 `json:"iman_davenport"`
		ImanP         float64 `json:"iman_p"`
	}
}

func readReferences(t *testing.T) references {
	t.Helper()
	content, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var r references
	if err := json.Unmarshal(content, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Quantiles)*len(r.Tails)*len(r.Student)*len(r.Bootstrap)*len(r.Drawn)*len(r.Pair)*len(r.Holm)*len(r.Friedman) == 0 {
		t.Fatal("some references are missing")
	}
	return r
}

// near reports whether two numbers agree to a relative error; NaN agrees with NaN.
func near(got, want, tolerance float64) bool {
	return got == want || math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= tolerance*math.Abs(want)
}

// nearInterval allows an absolute error of the tolerance times the larger end: an end may be near 0 by cancellation.
func nearInterval(got Interval, want [2]float64, tolerance float64) bool {
	allowed := tolerance * max(math.Abs(want[0]), math.Abs(want[1]))
	return math.Abs(got.Low-want[0]) <= allowed && math.Abs(got.High-want[1]) <= allowed
}

func TestStudentIsThatOfMpmath(t *testing.T) {
	r := readReferences(t)
	for _, c := range r.Quantiles {
		if got := studentQuantile(c[0], c[1]); !near(got, c[2], 1e-14+1e-15*c[0]) {
			t.Errorf("with %v degrees of freedom |T| is below %.17g in %v of cases, want %.17g", c[0], got, c[1], c[2])
		}
	}
	for _, c := range r.Tails {
		if got := studentTails(c[0], c[1]); !near(got, c[2], 1e-14+1e-15*c[0]) {
			t.Errorf("with %v degrees of freedom |T| is above %v in %.17g of cases, want %.17g", c[0], c[1], got, c[2])
		}
	}
	for _, c := range r.Student {
		if got := Student(c.sample, c.level); !nearInterval(got, c.want, 1e-12) {
			t.Errorf("the %v interval of %v is %v, want %v", c.level, c.sample, got, c.want)
		}
	}
}

func TestBootstrapIsThatOfSciPy(t *testing.T) {
	r := readReferences(t)
	for _, c := range r.Bootstrap {
		if got := Bootstrap(c.sample, c.level); !nearInterval(got, c.want, 1e-12) {
			t.Errorf("the %v interval of %v is %v, want %v", c.level, c.sample, got, c.want)
		}
	}
	for _, c := range r.Drawn { // SciPy draws too: within five of its standard deviations
		got := Bootstrap(c.Sample, c.Level)
		if math.Abs(got.Low-c.Ends[0]) > 5*c.SD[0] || math.Abs(got.High-c.Ends[1]) > 5*c.SD[1] {
			t.Errorf("the %v interval of %v is %v, want %v ± %v", c.Level, c.Sample, got, c.Ends, c.SD)
		}
	}
}

func TestPairIsThatOfSciPy(t *testing.T) {
	for _, c := range readReferences(t).Pair {
		got, effect := Pair(c.A, c.B, c.Level), math.NaN()
		if c.Effect != nil {
			effect = *c.Effect
		}
		for _, number := range []struct {
			name      string
			got, want float64
		}{
			{"difference", got.Difference, c.Difference}, {"SD", got.SD, c.SD}, {"t", got.T, c.T}, {"p", got.P, c.P},
			{"sign-flip p", got.SignFlip, c.SignFlip}, {"effect", got.Effect, effect}, {"degrees", got.DF, float64(len(c.A) - 1)},
		} {
			if !near(number.got, number.want, 1e-11) {
				t.Errorf("%s of %v and %v is %.17g, want %.17g", number.name, c.A, c.B, number.got, number.want)
			}
		}
		if !nearInterval(got.Interval, c.Interval, 1e-11) || got.N != len(c.A) {
			t.Errorf("the interval of %v and %v is %v, want %v", c.A, c.B, got.Interval, c.Interval)
		}
	}
}

func TestHolmIsThatOfStatsmodels(t *testing.T) {
	for _, c := range readReferences(t).Holm {
		got := Holm(c[0])
		if !slices.EqualFunc(got, c[1], func(a, b float64) bool { return near(a, b, 1e-15) }) {
			t.Errorf("Holm(%v) = %v, want %v", c[0], got, c[1])
		}
	}
}

func TestFriedmanIsThatOfSciPy(t *testing.T) {
	for _, c := range readReferences(t).Friedman {
		got := FriedmanTest(c.Values, true)
		if !slices.EqualFunc(got.Ranks, c.Ranks, func(a, b float64) bool { return near(a, b, 1e-15) }) {
			t.Errorf("the ranks of %v are %v, want %v", c.Values, got.Ranks, c.Ranks)
		}
		for _, number := range []struct {
			name      string
			got, want float64
		}{
			{"χ²", got.Statistic, c.Statistic}, {"p", got.P, c.P}, {"F", got.ImanDavenport, c.ImanDavenport}, {"p of F", got.ImanP, c.ImanP},
		} {
			if !near(number.got, number.want, 1e-11) {
				t.Errorf("%s of %v is %.17g, want %.17g", number.name, c.Values, number.got, number.want)
			}
		}
	}
}
