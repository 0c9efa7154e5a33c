package calibration_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"experiment/pipelines/calibration"
)

// overconfident returns logits of 5 classes, those of a second model, and labels.
func overconfident(n int, random *rand.Rand) (first, second []float64, labels []int) {
	for range n {
		row := make([]float64, 5)
		for k := range row {
			row[k] = 3 * random.NormFloat64()
		}
		labels = append(labels, argmaxOrRandom64(row, random))
		for _, z := range row {
			first, second = append(first, z), append(second, .6*z+.2*random.NormFloat64())
		}
	}
	return first, second, labels
}

func argmaxOrRandom64(row []float64, random *rand.Rand) int {
	if random.Float64() < .3 {
		return random.IntN(len(row))
	}
	return slices.Index(row, slices.Max(row))
}

func intervals(t fataler, p *calibration.Predictions, b calibration.Bootstrap, names ...string) []calibration.Interval {
	t.Helper()
	made, err := p.Intervals(b, names...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func differences(t fataler, p, q *calibration.Predictions, b calibration.Bootstrap, names ...string) []calibration.Interval {
	t.Helper()
	made, err := calibration.Differences(p, q, b, names...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// same reports whether intervals are equal to the bit, NaN being equal to NaN.
func same(a, b []calibration.Interval) bool {
	return slices.EqualFunc(a, b, func(x, y calibration.Interval) bool {
		bits := math.Float64bits
		return x.Name == y.Name && bits(x.Lower) == bits(y.Lower) && bits(x.Upper) == bits(y.Upper)
	})
}

func TestIntervalsDependOnTheSeedAndNotOnTheCores(t *testing.T) {
	first, second, labels := overconfident(300, rand.New(rand.NewPCG(1, 1)))
	p, q := fromLogits(t, first, labels, 5), fromLogits(t, second, labels, 5)
	settings := calibration.Bootstrap{Draws: 100, Seed: 3, Bins: 15}
	alone, compared := intervals(t, p, settings), differences(t, p, q, settings)
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	for _, cores := range []int{1, 3, 8} {
		runtime.GOMAXPROCS(cores)
		if !same(intervals(t, p, settings), alone) || !same(differences(t, p, q, settings), compared) {
			t.Errorf("intervals on %d cores differ from those on %d", cores, before)
		}
	}
	settings.Seed = 4
	if same(intervals(t, p, settings), alone) {
		t.Error("another seed gives the same intervals")
	}
}

func TestIntervalsAreInTheOrderOfMetrics(t *testing.T) {
	first, second, labels := overconfident(50, rand.New(rand.NewPCG(1, 1)))
	p, q := fromLogits(t, first, labels, 5), fromLogits(t, second, labels, 5)
	settings := calibration.Bootstrap{Draws: 100, Bins: 15}
	want := slices.DeleteFunc(calibration.MetricNames(), func(name string) bool { return name == "ece_noise_floor" })
	for _, made := range [][]calibration.Interval{intervals(t, p, settings), differences(t, p, q, settings)} {
		var names []string
		for _, i := range made {
			names = append(names, i.Name)
		}
		if !slices.Equal(names, want) {
			t.Errorf("intervals are of %v, want %v", names, want)
		}
	}
}

// Every metric but those that are biased lies in its interval.
func TestIntervalsHoldTheMetric(t *testing.T) {
	first, _, labels := overconfident(400, rand.New(rand.NewPCG(2, 1)))
	p := fromLogits(t, first, labels, 5)
	metrics, err := p.Metrics(15)
	if err != nil {
		t.Fatal(err)
	}
	wide, narrow := calibration.Bootstrap{Draws: 400, Bins: 15, Level: .99}, calibration.Bootstrap{Draws: 400, Bins: 15, Level: .5}
	for i, in := range intervals(t, p, wide) {
		if m := metrics[i]; m.Name != in.Name || !(in.Lower < m.Value && m.Value < in.Upper) {
			t.Errorf("%s is %v, the interval of %s [%v, %v]", m.Name, m.Value, in.Name, in.Lower, in.Upper)
		}
		if within := intervals(t, p, narrow)[i]; !(in.Lower <= within.Lower && within.Upper <= in.Upper) {
			t.Errorf("%s: [%v, %v] at a level of .5, [%v, %v] at .99", in.Name, within.Lower, within.Upper, in.Lower, in.Upper)
		}
	}
}

func TestDifferencesChangeSignWithTheOrder(t *testing.T) {
	first, second, labels := overconfident(300, rand.New(rand.NewPCG(4, 1)))
	p, q := fromLogits(t, first, labels, 5), fromLogits(t, second, labels, 5)
	settings := calibration.Bootstrap{Draws: 200, Bins: 15}
	back := differences(t, q, p, settings)
	for i, there := range differences(t, p, q, settings) {
		if !near(there.Lower, -back[i].Upper, 1e-9) || !near(there.Upper, -back[i].Lower, 1e-9) {
			t.Errorf("%s: [%v, %v] and, the other way round, [%v, %v]", there.Name, there.Lower, there.Upper, back[i].Lower, back[i].Upper)
		}
	}
}

func TestEqualPredictionsDoNotDiffer(t *testing.T) {
	first, _, labels := overconfident(200, rand.New(rand.NewPCG(5, 1)))
	p := fromLogits(t, first, labels, 5)
	for _, d := range differences(t, p, fromLogits(t, first, labels, 5), calibration.Bootstrap{Draws: 200, Bins: 15}) {
		if !(d.Lower <= 0 && 0 <= d.Upper) || !near(d.Lower, -d.Upper, 1e-9) {
			t.Errorf("%s: [%v, %v]", d.Name, d.Lower, d.Upper)
		}
	}
}

// Two models that mistake mostly the same examples can be told apart where each alone is uncertain.
func TestDifferencesArePaired(t *testing.T) {
	first, second, labels := overconfident(500, rand.New(rand.NewPCG(6, 1)))
	p, q := fromLogits(t, first, labels, 5), fromLogits(t, second, labels, 5)
	settings := calibration.Bootstrap{Draws: 200, Bins: 15}
	alone, other := intervals(t, p, settings), intervals(t, q, settings)
	for i, d := range differences(t, p, q, settings) {
		if d.Name != "accuracy" && d.Name != "brier" && d.Name != "ece" {
			continue
		}
		apart := math.Hypot(alone[i].Upper-alone[i].Lower, other[i].Upper-other[i].Lower)
		if width := d.Upper - d.Lower; !(width > 0 && width < .9*apart) {
			t.Errorf("the difference of %s has an interval of %v, and unpaired one of %v", d.Name, width, apart)
		}
	}
}

func TestIntervalsOfFewAndExtremeExamples(t *testing.T) {
	inf := math.Inf(1)
	settings := calibration.Bootstrap{Draws: 100, Bins: 15}
	for _, c := range []struct {
		name   string
		logits []float64
		labels []int
		want   map[string][2]float64 // bounds that must come out
	}{
		{"one example", []float64{2, 0}, []int{0}, map[string][2]float64{
			"accuracy": {.025, 1}, "auroc_misclassification": {math.NaN(), math.NaN()},
		}},
		{"all right", []float64{1, 0, 2, 0, 3, 0, 4, 0}, []int{0, 0, 0, 0}, map[string][2]float64{
			"accuracy": {math.Pow(.025, .25), 1}, "aurc": {0, 0}, "auroc_misclassification": {math.NaN(), math.NaN()},
		}},
		{"one confidence", []float64{1, 0, 1, 0, 0, 1, 0, 1}, []int{0, 1, 0, 1}, map[string][2]float64{
			"mean_confidence": {1 / (1 + math.Exp(-1)), 1 / (1 + math.Exp(-1))},
		}},
		{"impossible label", []float64{0, -inf, 0, 1, 1, 0}, []int{1, 1, 0}, map[string][2]float64{
			"nll": {math.NaN(), math.NaN()},
		}},
		{"certain and right", []float64{0, -inf, 0, -inf}, []int{0, 0}, map[string][2]float64{
			"nll": {0, 0}, "ece": {0, 1 - math.Sqrt(.025)}, "smooth_ece": {0, 1 - math.Sqrt(.025)},
			"classwise_ece":           {0, 1 - math.Sqrt(.025)},
			"auroc_misclassification": {math.NaN(), math.NaN()},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := fromLogits(t, c.logits, c.labels, 2)
			for _, in := range intervals(t, p, settings) {
				if want, ok := c.want[in.Name]; ok && !(near(in.Lower, want[0], 1e-9) && near(in.Upper, want[1], 1e-9)) {
					t.Errorf("%s: [%v, %v], want %v", in.Name, in.Lower, in.Upper, want)
				}
				if _, undefined := c.want[in.Name]; !undefined && !(in.Lower <= in.Upper) {
					t.Errorf("%s: [%v, %v]", in.Name, in.Lower, in.Upper)
				}
			}
			differences(t, p, p, settings)
		})
	}
}

func TestCertainSoftLabelsHaveTheIntervalsOfHardOnes(t *testing.T) {
	first, _, labels := overconfident(200, rand.New(rand.NewPCG(7, 1)))
	posterior := make([]float64, len(first))
	for i, y := range labels {
		posterior[5*i+y] = 1
	}
	settings := calibration.Bootstrap{Draws: 100, Bins: 15}
	hard := intervals(t, fromLogits(t, first, labels, 5), settings)
	for i, soft := range intervals(t, fromSoft(t, first, posterior, 5), settings)[:len(hard)] {
		if soft.Name == "accuracy" || soft.Name == "error" { // binomial only where labels are hard
			continue
		}
		if !near(soft.Lower, hard[i].Lower, 1e-4) || !near(soft.Upper, hard[i].Upper, 1e-4) {
			t.Errorf("%s: [%v, %v], with hard labels [%v, %v]", soft.Name, soft.Lower, soft.Upper, hard[i].Lower, hard[i].Upper)
		}
	}
}

func TestBootstrapRefusesSettings(t *testing.T) {
	p := fromLogits(t, []float64{1, 0, 0, 1}, []int{0, 1}, 2)
	for _, c := range []struct {
		settings calibration.Bootstrap
		want     string
	}{
		{calibration.Bootstrap{Draws: 99, Bins: 15}, "99 draws: a level of 0.95 needs at least 100"},
		{calibration.Bootstrap{Draws: 1000, Level: .999, Bins: 15}, "1000 draws: a level of 0.999 needs at least 2000"},
		{calibration.Bootstrap{Draws: 1000, Level: 95, Bins: 15}, "a level of 95: it must lie between 0 and 1"},
		{calibration.Bootstrap{Draws: 1000, Level: -.1, Bins: 15}, "a level of -0.1: it must lie between 0 and 1"},
		{calibration.Bootstrap{Draws: 1000, Level: math.NaN(), Bins: 15}, "a level of NaN: it must lie between 0 and 1"},
		{calibration.Bootstrap{Draws: 1000}, "0 bins: the number must be from 1 to 100000"},
	} {
		if _, err := p.Intervals(c.settings); err == nil || err.Error() != "making intervals: "+c.want {
			t.Errorf("%+v: the error is %v, want %s", c.settings, err, c.want)
		}
		if _, err := calibration.Differences(p, p, c.settings); err == nil || err.Error() != "making intervals: "+c.want {
			t.Errorf("%+v: the error is %v, want %s", c.settings, err, c.want)
		}
	}
	many := fromLogits(t, make([]float64, 100), []int{0}, 100)
	if _, err := many.Intervals(calibration.Bootstrap{Draws: 100, Bins: 50_000}); err == nil ||
		!strings.Contains(err.Error(), "50000 bins of each of 100 classes") {
		t.Errorf("50000 bins of each of 100 classes: the error is %v", err)
	}
	settings := calibration.Bootstrap{Draws: 100, Level: 1 - 2./100, Bins: 15}
	if _, err := p.Intervals(settings); err != nil {
		t.Errorf("100 draws at a level of .98: %v", err)
	}
}

func TestDifferencesRefuseOtherExamples(t *testing.T) {
	p := fromLogits(t, []float64{1, 0, 0, 1}, []int{0, 1}, 2)
	for _, c := range []struct {
		name string
		q    *calibration.Predictions
		want string
	}{
		{"labels", fromLogits(t, []float64{1, 0, 0, 1}, []int{0, 0}, 2), "row 1: the labels differ"},
		{"number", fromLogits(t, []float64{1, 0}, []int{0}, 2), "one has 2 examples, the other 1"},
		{"classes", fromLogits(t, []float64{1, 0, 0, 0, 1, 0}, []int{0, 1}, 3), "one has 2 classes, the other 3"},
		{"softness", fromSoft(t, []float64{1, 0, 0, 1}, []float64{1, 0, 0, 1}, 2), "one has soft labels, the other hard ones"},
	} {
		_, err := calibration.Differences(p, c.q, calibration.Bootstrap{Draws: 100, Bins: 15})
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want %s", c.name, err, c.want)
		}
	}
}

// All intervals of 100,000 examples of 10 classes from 100 draws.
func BenchmarkIntervals(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 6))
	logits, labels := make([]float32, 1_000_000), make([]int64, 100_000)
	for i := range logits {
		logits[i] = 4 * float32(random.NormFloat64())
	}
	for i := range labels {
		labels[i] = int64(argmaxOrRandom(logits[10*i:10*i+10], random))
	}
	p, err := calibration.FromLogits(logits, labels, 10)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		intervals(b, p, calibration.Bootstrap{Draws: 100, Bins: calibration.DefaultBins})
	}
}
