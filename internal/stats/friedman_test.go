package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFriedman(t *testing.T) {
	none := Friedman{Statistic: nan, DF: nan, P: nan, ImanDavenport: nan, ImanDF1: nan, ImanDF2: nan, ImanP: nan}
	with := func(f Friedman, blocks int, ranks ...float64) Friedman {
		f.Blocks, f.Ranks = blocks, ranks
		return f
	}
	for name, test := range map[string]struct {
		values [][]float64
		want   Friedman
	}{
		"no block":      {nil, none},
		"one block":     {[][]float64{{3, 1, 2}}, with(none, 1, 3, 1, 2)},
		"one treatment": {[][]float64{{3}, {1}}, with(none, 2, 1)},
		"all ties":      {[][]float64{{1, 1, 1}, {2, 2, 2}}, Friedman{[]float64{2, 2, 2}, 0, 2, 1, 0, 2, 2, 1, 2}},
		"one order": { // χ² has its largest value, N(k-1), and exp(-χ²/2) is its chance with two degrees of freedom
			[][]float64{{1, 2, 3}, {1, 5, 9}, {-1, 0, inf}}, Friedman{[]float64{1, 2, 3}, 6, 2, math.Exp(-3), inf, 2, 4, 0, 3}},
		"no preference": {
			[][]float64{{1, 2, 3}, {2, 3, 1}, {3, 1, 2}}, Friedman{[]float64{2, 2, 2}, 0, 2, 1, 0, 2, 4, 1, 3}},
		"a NaN leaves its block out": {
			[][]float64{{1, 2, 3}, {3, nan, 1}, {1, 5, 9}}, Friedman{[]float64{1, 2, 3}, 4, 2, math.Exp(-2), inf, 2, 2, 0, 2}},
		"infinities rank": {
			[][]float64{{-inf, 0, inf}, {-inf, -inf, 5}}, Friedman{[]float64{1.25, 1.75, 3}, 26. / 7, 2, math.Exp(-13. / 7), 13, 2, 2, 1. / 14, 2}},
		"NaN everywhere": {[][]float64{{nan, 1}, {1, nan}}, with(none, 0, nan, nan)},
	} {
		if got := FriedmanTest(test.values, true); !sameFriedman(got, test.want, 1e-14) {
			t.Errorf("%s: got  %+v\nwant %+v", name, got, test.want)
		}
	}
	if !panics(func() { FriedmanTest([][]float64{{1, 2}, {1}}, true) }) {
		t.Error("blocks of different lengths are ranked")
	}
}

func sameFriedman(f, g Friedman, tolerance float64) bool {
	all := func(f Friedman) []float64 {
		return append([]float64{f.Statistic, f.DF, f.P, f.ImanDavenport, f.ImanDF1, f.ImanDF2, f.ImanP}, f.Ranks...)
	}
	return f.Blocks == g.Blocks && slices.EqualFunc(all(f), all(g), func(a, b float64) bool { return near(a, b, tolerance) })
}

func TestFriedmanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(2, 8).Draw(t, "blocks"), rapid.IntRange(2, 6).Draw(t, "treatments")
		var values, negated, raised [][]float64
		for range n {
			block := make([]float64, k)
			low, high := make([]float64, k), make([]float64, k)
			for i := range block {
				block[i] = float64(rapid.IntRange(-4, 4).Draw(t, "value"))
				low[i], high[i] = -block[i], math.Exp(block[i])
			}
			values, negated, raised = append(values, block), append(negated, low), append(raised, high)
		}
		f := FriedmanTest(values, true)
		if g := FriedmanTest(negated, false); !sameFriedman(f, g, 0) {
			t.Fatalf("higher is better, negated: %+v, want %+v", g, f)
		}
		if g := FriedmanTest(raised, true); !sameFriedman(f, g, 0) {
			t.Fatalf("what rises with the values gives %+v, want %+v", g, f)
		}
		if g := FriedmanTest(rapid.Permutation(values).Draw(t, "permuted"), true); !sameFriedman(f, g, 0) {
			t.Fatalf("in another order %+v, want %+v", g, f)
		}
		sum := 0.
		for _, rank := range f.Ranks {
			sum += rank
		}
		if math.Abs(sum-float64(k*(k+1))/2) > 1e-12 {
			t.Fatalf("the ranks %v sum to %v", f.Ranks, sum)
		}
		if f.Statistic < 0 || f.Statistic > float64(n*(k-1)) || f.P < 0 || f.P > 1 || f.ImanP < 0 || f.ImanP > 1 {
			t.Fatalf("%+v", f)
		}
	})
}

// Where treatments do not differ, Iman and Davenport's p is below a level in about that share of cases, and Friedman's in
// no more.
func TestFriedmanHoldsItsLevel(t *testing.T) {
	const trials, level = 10_000, .05
	random := rand.New(rand.NewPCG(7, 7))
	chi, iman := 0, 0
	for range trials {
		values := make([][]float64, 10)
		for i := range values {
			values[i] = normals(random, 5)
		}
		f := FriedmanTest(values, true)
		if f.P <= level {
			chi++
		}
		if f.ImanP <= level {
			iman++
		}
	}
	deviation := math.Sqrt(level * (1 - level) * trials)
	if float64(chi) > level*trials+4*deviation {
		t.Errorf("Friedman's p is below %v in %d of %d cases", level, chi, trials)
	}
	if math.Abs(float64(iman)-level*trials) > 6*deviation { // the F distribution is an approximation
		t.Errorf("Iman and Davenport's p is below %v in %d of %d cases", level, iman, trials)
	}
	t.Logf("of %d at %v: Friedman %d, Iman and Davenport %d", trials, level, chi, iman)
}
