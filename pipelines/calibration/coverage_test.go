package calibration

import (
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// population returns what the metrics are on infinitely many examples, from many of which the posterior is known. The
// largest gap is not among them: it is that of the bins which are filled, so the gap of each is returned.
func population(t *testing.T, logits, posterior rowsOf, bins int) (metrics map[string]float64, gaps []float64) {
	t.Helper()
	p, err := FromLogitRows(logits, SoftLabels(len(posterior), posterior), len(posterior[0]))
	if err != nil {
		t.Fatal(err)
	}
	compared, err := p.Metrics(bins, TruthNames()...)
	if err != nil {
		t.Fatal(err)
	}
	once := make(weights, p.Len())
	cells := make([]group, p.classes*bins)
	q, l := make([]float64, p.classes), make([]float64, p.classes)
	for i := range once {
		once[i] = 1
		p.distribution(i, q, l)
		for k, v := range q {
			cells[k*bins+binOf(v, bins)].add(v, posterior[i][k])
		}
	}
	metrics = map[string]float64{}
	for _, m := range compared {
		metrics[m.Name] = m.Value
	}
	for _, s := range p.statistics(MetricNames(), nil) {
		metrics[s.name] = s.of(once)
	}
	p.labels = Labels{n: p.Len()} // so that the chance of a hit counts as its frequency
	byWidth, byMass := p.equalWidth(p.confidence, bins), p.equalMass(bins)
	metrics["ece"], metrics["adaptive_ece"] = expectedGap(byWidth), expectedGap(byMass)
	metrics["debiased_rmsce"], metrics["smooth_ece"] = debiasedGap(byMass), smoothError(p.confidence, p.hit)
	for k := range p.classes {
		metrics["classwise_ece"] += expectedGap(cells[k*bins:(k+1)*bins]) / float64(p.classes)
	}
	for _, g := range byWidth {
		gaps = append(gaps, math.Abs(g.gap()))
	}
	return metrics, gaps
}

// largestSeen returns the largest of the gaps of bins that a sample fills.
func largestSeen(p *Predictions, gaps []float64) float64 {
	largest := 0.0
	for b, g := range equalWidth(p.confidence, p.hit, len(gaps)) {
		if g.count > 0 {
			largest = max(largest, gaps[b])
		}
	}
	return largest
}

// tally counts how often the intervals of a metric hold the truth.
type tally struct {
	trials, held, above, reachZero int // above counts intervals that lie above the truth
	width                          float64
}

func (c *tally) add(in Interval, truth float64) {
	const rounding = 1e-9
	c.trials++
	switch {
	case truth < in.Lower-rounding:
		c.above++
	case truth <= in.Upper+rounding:
		c.held++
	}
	c.width += in.Upper - in.Lower
	if in.Lower <= 0 {
		c.reachZero++
	}
}

// coverage is how intervals at a level of 0.95 are made to count those that hold the truth.
type coverage struct {
	samples, draws int
	names          []string // of metrics; all where there are none
	paired         bool     // the intervals of differences of two models too
	soft           bool     // labels are the posterior
}

// of counts for each metric of samples of a world and, by a name that starts with "difference of", for each difference of
// two models.
func (c coverage) of(t *testing.T, w world) map[string]*tally {
	t.Helper()
	const bins = 15
	random := rand.New(rand.NewPCG(1, 2))
	first, second, posterior, _ := w.draw(100_000, random)
	truth, gaps := population(t, first, posterior, bins)
	other, otherGaps := population(t, second, posterior, bins)
	tallies := map[string]*tally{}
	count := func(name string, in Interval, truth float64) {
		if tallies[name] == nil {
			tallies[name] = &tally{}
		}
		tallies[name].add(in, truth)
	}
	for sample := range c.samples {
		first, second, posterior, labels := w.draw(w.n, random)
		resample := func(logits rowsOf) (*Predictions, *Resampled) {
			of := HardLabels(labels)
			if c.soft {
				of = SoftLabels(len(posterior), posterior)
			}
			p, err := FromLogitRows(logits, of, w.classes)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Resample(Bootstrap{Draws: c.draws, Seed: uint64(sample), Bins: bins}, c.names...)
			if err != nil {
				t.Fatal(err)
			}
			return p, r
		}
		p, r := resample(first)
		truth["mce"] = largestSeen(p, gaps)
		for _, in := range r.Intervals() {
			count(in.Name, in, truth[in.Name])
		}
		if !c.paired {
			continue
		}
		q, s := resample(second)
		other["mce"] = largestSeen(q, otherGaps)
		paired, err := r.Minus(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range paired {
			count("difference of "+in.Name, in, truth[in.Name]-other[in.Name])
		}
	}
	return tallies
}

// tooFew returns a number of intervals that as many as that of all trials hold the truth with a chance of less than 1e-4,
// where each does with a chance of 0.9.
func tooFew(trials int) int {
	held := distuv.Binomial{N: float64(trials), P: .9}
	k := 0
	for held.CDF(float64(k+1)) < 1e-4 {
		k++
	}
	return k
}

// check fails where as many intervals of a metric as a coverage requires do not hold the truth.
func (c coverage) check(t *testing.T, w world, required func(trials int) int) map[string]*tally {
	t.Helper()
	tallies := c.of(t, w)
	for _, name := range slices.Sorted(maps.Keys(tallies)) {
		c := tallies[name]
		trials := float64(c.trials)
		t.Logf("%-38s held %.3f, above %.3f, width %.4f, of %d", name, float64(c.held)/trials, float64(c.above)/trials, c.width/trials, c.trials)
		if c.held < required(c.trials) {
			t.Errorf("%d of %d intervals of %s hold the truth, %d lie above it", c.held, c.trials, name, c.above)
		}
	}
	return tallies
}

// binErrors are the calibration errors whose intervals take little time.
func binErrors() []string {
	return []string{"ece", "mce", "adaptive_ece", "classwise_ece", "debiased_rmsce"}
}

// TestCoverage fails where less than 0.9 of the intervals at a level of 0.95 hold the truth. Of 250 intervals that hold it
// with a chance of 0.95 each, fewer do with a chance of 0.001, of those with 0.85 with one of 0.98; the seeds are fixed.
// With EXPERIMENT_LONG=1 it visits every world of two classes.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	required := func(trials int) int { return (9*trials + 9) / 10 }
	cheap := []string{
		"calibrated above .98", "calibrated at .95, 20 examples", "calibrated, 1 example", "three times the misses above .98",
		"a third of the misses above .9", "over-confident", "both ways",
	}
	for _, w := range binaryWorlds() {
		if !slices.Contains(cheap, w.name) && os.Getenv("EXPERIMENT_LONG") == "" {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			coverage{samples: 250, draws: 100, names: binErrors()}.check(t, w, required)
		})
	}
}

// TestCoverageOfEveryMetric measures, with EXPERIMENT_LONG=1, how often the intervals of all metrics and of differences hold
// the truth. It fails where that is too seldom for a coverage of 0.9: below 162 of 200, which has a chance of 1e-4 there,
// of 0.60 at a coverage of 0.8 and of 0.97 at one of 0.75. The worlds are those in which a sample has hundreds of examples and many
// that are wrong: from fewer no bootstrap knows how far a mean may be off. In the others TestCoverage looks at the errors
// whose intervals are not made so.
func TestCoverageOfEveryMetric(t *testing.T) {
	if os.Getenv("EXPERIMENT_LONG") == "" {
		t.Skip("takes minutes; EXPERIMENT_LONG=1 runs it")
	}
	const samples = 200
	visited := worlds()
	for _, w := range binaryWorlds() {
		if slices.Contains([]string{"calibrated", "over-confident", "both ways"}, w.name) {
			visited = append(visited, w)
		}
	}
	for _, w := range visited {
		t.Run(w.name, func(t *testing.T) {
			tallies := coverage{samples: samples, draws: FewestDraws, paired: true}.check(t, w, tooFew)
			if ece := tallies["ece"]; strings.HasSuffix(w.name, ", over-confident") && ece.reachZero > ece.trials/20 {
				t.Errorf("%d of %d intervals of the ece of an over-confident model reach 0", ece.reachZero, ece.trials)
			}
		})
	}
}

// TestCoverageOfTruths is TestCoverage of the metrics in TruthNames, and of their differences, where the posterior
// is known.
func TestCoverageOfTruths(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, w := range worlds()[:2] {
		w.n = 100
		t.Run(w.name, func(t *testing.T) {
			coverage{samples: 100, draws: 100, names: TruthNames(), paired: true, soft: true}.check(t, w, tooFew)
		})
	}
}
