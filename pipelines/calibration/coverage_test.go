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

const coverageClasses = 10

// world is a distribution of examples of 10 classes and of what models say of them.
type world struct {
	name  string
	sharp bool                                   // most examples are easy
	truth func(logits []float64) (scale float64) // the labels are drawn from softmax(scale·logits)
	other float64                                // a second model's logits are this multiple of the first's
}

func scaledBy(scale float64) func([]float64) float64 { return func([]float64) float64 { return scale } }

// confidenceIn returns the largest probability of a row of logits.
func confidenceIn(logits []float64) float64 {
	q, l := make([]float64, len(logits)), slices.Clone(logits)
	top := argmax(l)
	softmax(q, l, top)
	return q[top]
}

// halfWrong is calibrated but between confidences of .4 and .75, where it is far over-confident.
func halfWrong(logits []float64) float64 {
	if f := confidenceIn(logits); .4 < f && f < .75 {
		return .4
	}
	return 1
}

// bothWays is under-confident where it is unsure and over-confident where it is sure.
func bothWays(logits []float64) float64 {
	if confidenceIn(logits) < .6 {
		return 1 / .7
	}
	return 1 / 1.8
}

func worlds() []world {
	var all []world
	for _, sharp := range []bool{false, true} {
		name := map[bool]string{false: "hard", true: "easy"}[sharp]
		for _, w := range []world{
			{"calibrated", sharp, scaledBy(1), 1.5},
			{"slightly over-confident", sharp, scaledBy(1 / 1.2), 1.2},
			{"over-confident", sharp, scaledBy(1 / 1.5), .8},
			{"far over-confident", sharp, scaledBy(1 / 2.5), 1.1},
			{"under-confident", sharp, scaledBy(1 / .7), 2},
			{"half wrong", sharp, halfWrong, 1.4},
			{"both ways", sharp, bothWays, 1.3},
		} {
			w.name = name + ", " + w.name
			all = append(all, w)
		}
	}
	return all
}

// rowsOf is Rows in memory.
type rowsOf [][]float64

func (r rowsOf) Row(i int, row []float64) { copy(row, r[i]) }

// draw draws n examples: the logits of both models, the posterior and a label.
func (w world) draw(n int, random *rand.Rand) (first, second, posterior rowsOf, labels []int) {
	labels = make([]int, n)
	for i := range n {
		z, other, p := make([]float64, coverageClasses), make([]float64, coverageClasses), make([]float64, coverageClasses)
		for k := range z {
			z[k] = 2 * random.NormFloat64()
		}
		if w.sharp {
			z[random.IntN(len(z))] += 6
		}
		scaled, scale := slices.Clone(z), w.truth(z)
		for k := range z {
			other[k] = w.other * z[k]
			scaled[k] *= scale
		}
		softmax(p, scaled, argmax(scaled))
		labels[i] = drawLabel(p, 0, random)
		first, second, posterior = append(first, z), append(second, other), append(posterior, p)
	}
	return first, second, posterior, labels
}

// population returns what the metrics are on infinitely many examples, from many of which the posterior is known. The
// largest gap is not among them: it is that of the bins which are filled, so the gap of each is returned.
func population(t *testing.T, logits, posterior rowsOf, bins int) (metrics map[string]float64, gaps []float64) {
	t.Helper()
	p, err := FromLogitRows(logits, SoftLabels(len(posterior), posterior), coverageClasses)
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
	metrics = p.weighted(once)
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

// coverage makes intervals at a level of 0.95 from so many samples of n examples, of the metrics and, by a name that
// starts with "difference of", of the differences of two models.
func (w world) coverage(t *testing.T, n, samples, draws int) map[string]*tally {
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
	for sample := range samples {
		first, second, _, labels := w.draw(n, random)
		p, err := FromLogitRows(first, HardLabels(labels), coverageClasses)
		if err != nil {
			t.Fatal(err)
		}
		q, err := FromLogitRows(second, HardLabels(labels), coverageClasses)
		if err != nil {
			t.Fatal(err)
		}
		truth["mce"], other["mce"] = largestSeen(p, gaps), largestSeen(q, otherGaps)
		settings := Bootstrap{Draws: draws, Seed: uint64(sample), Bins: bins}
		alone, err := p.Intervals(settings)
		if err != nil {
			t.Fatal(err)
		}
		paired, err := Differences(p, q, settings)
		if err != nil {
			t.Fatal(err)
		}
		for i, in := range alone {
			count(in.Name, in, truth[in.Name])
			count("difference of "+in.Name, paired[i], truth[in.Name]-other[in.Name])
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

// TestCoverage measures how often intervals at a level of 0.95 hold the truth. It fails where that is too seldom for a
// coverage of 0.9. With EXPERIMENT_LONG=1 it visits every world, takes more samples and, with -v, prints a table.
func TestCoverage(t *testing.T) {
	n, samples, draws, names := 300, 20, 200, []string{"hard, calibrated", "easy, over-confident", "hard, both ways"}
	long := os.Getenv("EXPERIMENT_LONG") != ""
	if long {
		n, samples, draws, names = 500, 200, 400, nil
	}
	for _, w := range worlds() {
		if names != nil && !slices.Contains(names, w.name) {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			tallies := w.coverage(t, n, samples, draws)
			for _, name := range slices.Sorted(maps.Keys(tallies)) {
				c := tallies[name]
				if long {
					trials := float64(c.trials)
					t.Logf("%-38s held %.3f, above %.3f, width %.4f", name, float64(c.held)/trials, float64(c.above)/trials, c.width/trials)
				}
				if c.held <= tooFew(c.trials) {
					t.Errorf("%d of %d intervals of %s hold the truth, %d lie above it", c.held, c.trials, name, c.above)
				}
			}
			if ece := tallies["ece"]; strings.HasSuffix(w.name, ", over-confident") && ece.reachZero > ece.trials/20 {
				t.Errorf("%d of %d intervals of the ece of an over-confident model reach 0", ece.reachZero, ece.trials)
			}
		})
	}
}
