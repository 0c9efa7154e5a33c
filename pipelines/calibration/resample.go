package calibration

import (
	"math"
	"math/rand/v2"
	"slices"
)

// weights say how often each example counts; nil is once each.
type weights []uint16

// of returns how often example i counts.
func (w weights) of(i int32) int {
	if w == nil {
		return 1
	}
	return int(w[i])
}

// mean returns the weighted mean of values.
func (w weights) mean(values []float64) float64 {
	sum, count := 0.0, 0
	for i, times := range w {
		sum += float64(times) * values[i]
		count += int(times)
	}
	return sum / float64(count)
}

// draw draws as many examples as there are, with replacement.
func (w weights) draw(random *rand.Rand) {
	clear(w)
	for range w {
		w[random.Uint32N(uint32(len(w)))]++
	}
}

// The purposes of random numbers. Each draw has a stream for each.
const (
	forExamples = iota
	forHits
	forLabels
	forCalibratedHits
	forCalibratedLabels
	purposes
)

// stream returns the random numbers of a draw for a purpose.
func (b Bootstrap) stream(draw, purpose int) *rand.Rand {
	return rand.New(rand.NewPCG(b.Seed, uint64(draw)*purposes+uint64(purpose)))
}

// mostFolds is into how many folds examples are dealt for the jackknife.
const mostFolds = 100

// replicated is a metric as estimated, on examples drawn anew, and without each fold in turn.
type replicated struct {
	estimate   float64
	replicates []float64 // [draws]
	jackknife  []float64 // [folds]
}

// minus returns the difference of two metrics of the same examples.
func (r replicated) minus(s replicated) replicated {
	difference := replicated{r.estimate - s.estimate, make([]float64, len(r.replicates)), make([]float64, len(r.jackknife))}
	for i := range r.replicates {
		difference.replicates[i] = r.replicates[i] - s.replicates[i]
	}
	for i := range r.jackknife {
		difference.jackknife[i] = r.jackknife[i] - s.jackknife[i]
	}
	return difference
}

// statistic is a metric of examples that count as weights say.
type statistic struct {
	name string
	of   func(weights) float64
}

// statistics returns the metrics of these names that are smooth in the weights, given the values of those in TruthNames.
// With soft labels the AUROC takes the probability of a hit for the hit, which is off by no more than the order of 1/n.
func (p *Predictions) statistics(names []string, truth map[string][]float64) []statistic {
	of := func(values []float64) func(weights) float64 {
		return func(w weights) float64 { return w.mean(values) }
	}
	all := []statistic{
		{"accuracy", of(p.hit)},
		{"error", func(w weights) float64 { return 1 - w.mean(p.hit) }},
		{"nll", of(p.loss)},
		{"brier", of(p.squared)},
		{"mean_confidence", of(p.confidence)},
		{"mean_entropy", of(p.entropy)},
		{"overconfidence", func(w weights) float64 { return w.mean(p.confidence) - w.mean(p.hit) }},
		{"aurc", p.aurc},
		{"auroc_misclassification", p.auroc},
	}
	for name, values := range truth {
		all = append(all, statistic{name, of(values)})
	}
	return slices.DeleteFunc(all, func(s statistic) bool { return !slices.Contains(names, s.name) })
}

// truthValues returns the values of examples of which metrics in TruthNames are the means, [n] each; nil where the labels
// are hard. What rounding leaves of a divergence below 0 counts as 0.
func (p *Predictions) truthValues() map[string][]float64 {
	if p.labels.soft == nil {
		return nil
	}
	cross, entropy, divergence := make([]float64, p.Len()), make([]float64, p.Len()), make([]float64, p.Len())
	p.each(func(_, i int, _, logarithm, posterior []float64) {
		cross[i] = crossEntropy(posterior, logarithm)
		for k, v := range posterior {
			if v > 0 {
				entropy[i] -= v * math.Log(v)
				divergence[i] += v * (math.Log(v) - logarithm[k])
			}
		}
		divergence[i] = max(divergence[i], 0)
	})
	return map[string][]float64{"cross_entropy_true": cross, "entropy_true": entropy, "kl_divergence": divergence}
}

// sorted returns the summaries of the examples in the order of their confidence, so that a draw reads memory from end
// to end. It has no labels.
func (p *Predictions) sorted() *Predictions {
	n, order := p.Len(), p.byConfidence()
	s := &Predictions{
		classes:    p.classes,
		confidence: inOrder(p.confidence, order),
		hit:        inOrder(p.hit, order),
		loss:       inOrder(p.loss, order),
		squared:    inOrder(p.squared, order),
		entropy:    inOrder(p.entropy, order),
	}
	same := make([]int32, n)
	for rank := range same {
		same[rank] = int32(rank)
	}
	s.byConfidence = func() []int32 { return same }
	return s
}

// resample draws the examples anew, for the metrics of these names that are smooth in their weights. Predictions of the
// same number of examples get the same draws. The draws are multinomial.
func (p *Predictions) resample(b Bootstrap, names []string) map[string]replicated {
	order := p.byConfidence()
	truth := p.truthValues()
	for name, values := range truth {
		truth[name] = inOrder(values, order)
	}
	statistics := p.sorted().statistics(names, truth)
	if len(statistics) == 0 {
		return nil
	}
	folds := min(p.Len(), mostFolds)
	values := make([][]float64, len(statistics)) // of all examples, of the draws, without each fold
	for s := range values {
		values[s] = make([]float64, 1+b.Draws+folds)
	}
	inParallel(1+b.Draws+folds, func(i int) {
		w := make(weights, p.Len())
		switch {
		case 0 < i && i <= b.Draws:
			w.draw(b.stream(i-1, forExamples))
		default:
			for j := range w {
				if i == 0 || folds == 1 || j%folds != i-1-b.Draws {
					w[j] = 1
				}
			}
		}
		w = inOrder(w, order)
		for s, metric := range statistics {
			values[s][i] = metric.of(w)
		}
	})
	metrics := map[string]replicated{}
	for s, metric := range statistics {
		all := values[s]
		metrics[metric.name] = replicated{all[0], all[1 : 1+b.Draws], all[1+b.Draws:]}
	}
	return metrics
}

// inOrder returns the values of examples in an order of these.
func inOrder[T any](values []T, order []int32) []T {
	ordered := make([]T, len(values))
	for rank, i := range order {
		ordered[rank] = values[i]
	}
	return ordered
}

// bounds returns the BCa interval, bias-corrected and accelerated (Efron 1987), which is undefined where the estimate is
// not finite or most replicates are not. The acceleration comes from the jackknife.
func (r replicated) bounds(tail float64) bounds {
	finite := finiteOf(r.replicates)
	if !isFinite(r.estimate) || 2*len(finite) <= len(r.replicates) {
		return bounds{math.NaN(), math.NaN(), math.NaN()}
	}
	return bca(r.estimate, finite, finiteOf(r.jackknife), tail)
}

func finiteOf(values []float64) []float64 {
	var finite []float64
	for _, v := range values {
		if isFinite(v) {
			finite = append(finite, v)
		}
	}
	return finite
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
