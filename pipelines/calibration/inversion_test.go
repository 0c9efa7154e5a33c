package calibration

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The limits are those of R's binom.test.
func TestProportionLimits(t *testing.T) {
	for _, c := range []struct{ hits, count, lower, upper float64 }{
		{8, 10, .4439045, .9747893},
		{0, 10, 0, .3084971},
		{10, 10, .6915029, 1},
	} {
		lower, upper := proportionLimits(c.hits, c.count, .025)
		if math.Abs(lower-c.lower) > 5e-8 || math.Abs(upper-c.upper) > 5e-8 {
			t.Errorf("%v of %v: [%.7f, %.7f], want [%v, %v]", c.hits, c.count, lower, upper, c.lower, c.upper)
		}
	}
}

func TestScaleAt(t *testing.T) {
	for _, c := range []struct {
		name           string
		drift, noise   []float64
		observed, want float64
	}{
		{"one gap", []float64{2}, []float64{1}, 7, 3},
		{"noise against the drift", []float64{2}, []float64{-1}, 7, 4},
		{"noise above the error", []float64{2}, []float64{8}, 7, 0},
		{"no drift", []float64{0}, []float64{1}, 7, 0},
		{"two gaps", []float64{1, -1}, []float64{1, 1}, 6, 3},
	} {
		if got := scaleAt(c.observed, gaps{c.drift, c.noise}.deviation); math.Abs(got-c.want) > 1e-5 {
			t.Errorf("%s: the scale is %v, want %v", c.name, got, c.want)
		}
	}
}

// groupsOf has a group for each accuracy, of equal size and with forecasts at equal steps.
func groupsOf(count int, accuracy ...float64) []group {
	groups := make([]group, len(accuracy))
	for b, a := range accuracy {
		forecast := (float64(b) + .5) / float64(len(accuracy))
		groups[b] = group{count: count, forecast: forecast * float64(count), observed: a * float64(count)}
	}
	return groups
}

func TestShrunkGaps(t *testing.T) {
	line := []float64{.1, .3, .5, .7, .9}
	bent := []float64{.1, .6, .2, .7, .5}
	for _, c := range []struct {
		name     string
		count    int
		accuracy []float64
		nearSeen float64 // how far the gaps may be from those seen
	}{
		{"many examples speak for themselves", 1_000_000, bent, 1e-4},
		{"what is on a line stays", 20, line, 1e-12},
	} {
		groups := groupsOf(c.count, c.accuracy...)
		for b, got := range shrunkGaps(groups, lineThrough(groups)) {
			if seen := groups[b].gap(); math.Abs(got-seen) > c.nearSeen {
				t.Errorf("%s: gap %d is %v, seen was %v", c.name, b, got, seen)
			}
		}
	}
	noise := groupsOf(20, .15, .25, .55, .65, .9) // as chance would have it
	on := lineThrough(noise)
	for b, got := range shrunkGaps(noise, on) {
		if got != on[b] {
			t.Errorf("gap %d of noise is %v, want the line's %v", b, got, on[b])
		}
	}
}

// Forecasts that differ by rounding alone have no slope.
func TestLineThroughEqualForecasts(t *testing.T) {
	groups := make([]group, 3)
	for b := range groups {
		for i := range 3 + b {
			groups[b].add(.7, float64(i%2))
		}
	}
	line := lineThrough(groups)
	for b, got := range line {
		if want := .7 - 5./12; math.Abs(got-want) > 1e-12 {
			t.Errorf("the gap of group %d is %v, want the mean %v", b, got, want)
		}
	}
}

func TestShrunkGapsKeepAccuraciesPossible(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		groups := make([]group, 1+random.IntN(6))
		for b := range groups {
			for range random.IntN(5) {
				groups[b].add(random.Float64(), float64(random.IntN(2)))
			}
		}
		groups[0].add(random.Float64(), 1)
		for b, gap := range shrunkGaps(groups, lineThrough(groups)) {
			if groups[b].count == 0 && gap != 0 {
				t.Fatalf("the gap of an empty group is %v", gap)
			}
			if forecast, _ := groups[b].means(); groups[b].count > 0 && !(forecast-gap >= 0 && forecast-gap <= 1) {
				t.Fatalf("forecast %v and gap %v make the accuracy %v", forecast, gap, forecast-gap)
			}
		}
	}
}

func TestMassBinIsTheOneOfEqualMass(t *testing.T) {
	for n := 1; n < 40; n++ {
		for bins := 1; bins < 45; bins++ {
			sizes := make([]int, bins)
			for rank := range n {
				sizes[massBin(rank, n, bins)]++
			}
			for b, size := range sizes {
				want := n / bins
				if b < n%bins {
					want++
				}
				if size != want {
					t.Fatalf("bin %d of %d has %d of %d examples, want %d", b, bins, size, n, want)
				}
			}
		}
	}
}

func TestDifferenceOfErrors(t *testing.T) {
	a, b := bounds{.1, .2, .4}, bounds{.05, .1, .2}
	for _, c := range []struct {
		name         string
		a, b         bounds
		correlation  float64
		lower, upper float64
	}{
		{"independent", a, b, 0, .1 - math.Hypot(.1, .1), .1 + math.Hypot(.2, .05)},
		{"the same", a, a, 1, -.1, .1},
		{"one may be 0", bounds{0, .01, .05}, b, 0, -.2, -.09 + math.Hypot(.04, .05)},
		{"the other may be 0", a, bounds{0, .01, .05}, 0, .19 - math.Hypot(.1, .04), .4},
	} {
		got := difference(c.a, c.b, c.correlation)
		if math.Abs(got.lower-c.lower) > 1e-12 || math.Abs(got.upper-c.upper) > 1e-12 {
			t.Errorf("%s: [%v, %v], want [%v, %v]", c.name, got.lower, got.upper, c.lower, c.upper)
		}
	}
}

// What a fold leaves has the metrics of predictions that never had it.
func TestWithoutFoldIsTheRest(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	z, _, _, y := worlds()[1].draw(200, random)
	p, err := FromLogitRows(z, HardLabels(y), coverageClasses)
	if err != nil {
		t.Fatal(err)
	}
	const fold, folds, bins = 3, 7, 10
	var restRows rowsOf
	var restLabels []int
	for i := range y {
		if i%folds != fold {
			restRows, restLabels = append(restRows, z[i]), append(restLabels, y[i])
		}
	}
	want, err := FromLogitRows(restRows, HardLabels(restLabels), coverageClasses)
	if err != nil {
		t.Fatal(err)
	}
	got := p.withoutFold(fold, folds)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"ece", got.ECE(bins), want.ECE(bins)},
		{"adaptive_ece", got.AdaptiveECE(bins), want.AdaptiveECE(bins)},
		{"classwise_ece", p.classwiseWithout(fold, folds, p.allClassGroups(bins), bins), want.ClasswiseECE(bins)},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

// A metric of examples that count several times is that of their copies.
func TestWeightedMetricsAreThoseOfCopies(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	z, _, _, y := worlds()[0].draw(100, random)
	w := make(weights, len(y))
	w.draw(random)
	var copies rowsOf
	var labels []int
	for i, times := range w {
		for range times {
			copies, labels = append(copies, z[i]), append(labels, y[i])
		}
	}
	if len(labels) != len(y) {
		t.Fatalf("%d examples were drawn of %d", len(labels), len(y))
	}
	p, err := FromLogitRows(z, HardLabels(y), coverageClasses)
	if err != nil {
		t.Fatal(err)
	}
	want, err := FromLogitRows(copies, HardLabels(labels), coverageClasses)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, s := range p.statistics(MetricNames(), nil) {
		got[s.name] = s.of(w)
	}
	for _, d := range definitions() {
		if value, ok := got[d.name]; ok && math.Abs(value-d.of(want, 15)) > 1e-12 {
			t.Errorf("%s is %v, that of copies %v", d.name, value, d.of(want, 15))
		}
	}
	if len(got) != 9 {
		t.Errorf("%d metrics are smooth in the weights, want 9", len(got))
	}
}

// Rows that are recalibrated are distributions, and have nearly the shrunk gaps of their cells on average.
func TestRecalibratedRows(t *testing.T) {
	const bins = 15
	z, _, _, y := worlds()[1].draw(2000, rand.New(rand.NewPCG(9, 10)))
	p, err := FromLogitRows(z, HardLabels(y), coverageClasses)
	if err != nil {
		t.Fatal(err)
	}
	groups := p.allClassGroups(bins)
	wanted := shrunkGaps(groups, pooledOverClasses(groups, bins))
	got := make([]float64, len(groups))
	p.eachRecalibrated(bins, p.cellOffsets(groups, bins), func(i int, q, chances []float64, cells []int32) {
		sum := 0.0
		for k, c := range cells {
			if chances[k] < 0 {
				t.Fatalf("row %d: a chance of %v", i, chances[k])
			}
			sum += chances[k]
			got[c] += q[k] - chances[k]
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Fatalf("row %d: chances sum to %v", i, sum)
		}
	})
	missed, all := 0.0, 0.0
	for c, g := range groups {
		missed += math.Abs(got[c] - wanted[c]*float64(g.count))
		all += math.Abs(wanted[c]) * float64(g.count)
	}
	if missed > all/5 {
		t.Errorf("gaps of %v in total were missed by %v", all, missed)
	}
}
