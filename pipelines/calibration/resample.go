package calibration

import (
	"math"
	"math/rand/v2"
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
	purposes
)

// stream returns the random numbers of a draw for a purpose.
func (b Bootstrap) stream(draw, purpose int) *rand.Rand {
	return rand.New(rand.NewPCG(b.Seed, uint64(draw)*purposes+uint64(purpose)))
}

// mostFolds is into how many folds examples are dealt for the jackknife.
const mostFolds = 100

// resampled is a metric as estimated, on examples drawn anew, and without each fold in turn.
type resampled struct {
	estimate   float64
	replicates []float64 // [draws]
	jackknife  []float64 // [folds]
}

// minus returns the difference of two metrics of the same examples.
func (r resampled) minus(s resampled) resampled {
	difference := resampled{r.estimate - s.estimate, make([]float64, len(r.replicates)), make([]float64, len(r.jackknife))}
	for i := range r.replicates {
		difference.replicates[i] = r.replicates[i] - s.replicates[i]
	}
	for i := range r.jackknife {
		difference.jackknife[i] = r.jackknife[i] - s.jackknife[i]
	}
	return difference
}

// weighted returns the metrics that are smooth in the weights. With soft labels the AUROC takes the probability of a
// hit for the hit, which is off by no more than the order of 1/n.
func (p *Predictions) weighted(w weights) map[string]float64 {
	accuracy, confidence := w.mean(p.hit), w.mean(p.confidence)
	return map[string]float64{
		"accuracy":                accuracy,
		"error":                   1 - accuracy,
		"nll":                     w.mean(p.loss),
		"brier":                   w.mean(p.squared),
		"mean_confidence":         confidence,
		"mean_entropy":            w.mean(p.entropy),
		"overconfidence":          confidence - accuracy,
		"aurc":                    p.aurc(w),
		"auroc_misclassification": p.auroc(w),
	}
}

// sorted returns the summaries of the examples in the order of their confidence, so that a draw reads memory from end
// to end. It has no labels.
func (p *Predictions) sorted() *Predictions {
	n, order := p.Len(), p.byConfidence()
	s := &Predictions{
		classes:    p.classes,
		confidence: make([]float64, n),
		hit:        make([]float64, n),
		loss:       make([]float64, n),
		squared:    make([]float64, n),
		entropy:    make([]float64, n),
	}
	same := make([]int32, n)
	for rank, i := range order {
		s.confidence[rank], s.hit[rank] = p.confidence[i], p.hit[i]
		s.loss[rank], s.squared[rank], s.entropy[rank] = p.loss[i], p.squared[i], p.entropy[i]
		same[rank] = int32(rank)
	}
	s.byConfidence = func() []int32 { return same }
	return s
}

// resample draws the examples anew, for every metric that is smooth in their weights. Predictions of the same number of
// examples get the same draws. The draws are multinomial.
func (p *Predictions) resample(b Bootstrap) map[string]resampled {
	sorted, order := p.sorted(), p.byConfidence()
	folds := min(p.Len(), mostFolds)
	values := make([]map[string]float64, 1+b.Draws+folds) // of all examples, of the draws, without each fold
	inParallel(len(values), func(i int) {
		w, inOrder := make(weights, p.Len()), make(weights, p.Len())
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
		for rank, j := range order {
			inOrder[rank] = w[j]
		}
		values[i] = sorted.weighted(inOrder)
	})
	metrics := map[string]resampled{}
	for name := range values[0] {
		all := make([]float64, len(values))
		for i, v := range values {
			all[i] = v[name]
		}
		metrics[name] = resampled{all[0], all[1 : 1+b.Draws], all[1+b.Draws:]}
	}
	return metrics
}

// bounds returns the BCa interval, bias-corrected and accelerated (Efron 1987), which is undefined where the estimate is
// not finite or most replicates are not. The acceleration comes from the jackknife.
func (r resampled) bounds(tail float64) bounds {
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
