package calibration

import "math"

// AURC is the area under the risk-coverage curve: the mean over i = 1..n of the error among the i most
// confident examples, equal confidences in the order given (Geifman and El-Yaniv 2017).
func (p *Predictions) AURC() float64 { return p.aurc(nil) }

func (p *Predictions) aurc(w weights) float64 {
	sum, misses, covered := 0.0, 0.0, 0
	order := p.byConfidence()
	for end := len(order); end > 0; {
		start := p.tiedFrom(order, end)
		for _, i := range order[start:end] {
			for range w.of(i) {
				covered++
				misses += 1 - p.hit[i]
				sum += misses / float64(covered)
			}
		}
		end = start
	}
	return sum / float64(covered)
}

// AUROC is how well the confidence tells hits from misses: the probability that a hit has a higher
// confidence than a miss, ties counting a half. Its contract name is auroc_misclassification. It is NaN where
// there are no hits or no misses. With soft labels it is simulated (see SoftLabels).
func (p *Predictions) AUROC() float64 {
	return p.overLabels(func(p *Predictions) float64 { return p.auroc(nil) })
}

func (p *Predictions) auroc(w weights) float64 {
	won, hits, misses := 0.0, 0.0, 0.0
	order := p.byConfidence()
	for end := len(order); end > 0; {
		start := p.tiedFrom(order, end)
		tied, tiedHits := 0, 0.0
		for _, i := range order[start:end] {
			tied += w.of(i)
			tiedHits += float64(w.of(i)) * p.hit[i]
		}
		tiedMisses := float64(tied) - tiedHits
		won += tiedMisses * (hits + tiedHits/2)
		hits += tiedHits
		misses += tiedMisses
		end = start
	}
	if hits == 0 || misses == 0 {
		return math.NaN()
	}
	return won / (hits * misses)
}

// tiedFrom returns the start of the examples that tie in confidence with the last of order[:end].
func (p *Predictions) tiedFrom(order []int32, end int) int {
	start := end - 1
	for start > 0 && p.confidence[order[start-1]] == p.confidence[order[end-1]] {
		start--
	}
	return start
}
