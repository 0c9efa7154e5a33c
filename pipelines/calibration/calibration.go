// Package calibration measures whether a classifier's probabilities can be believed.
//
// It takes logits or probabilities with labels, from wherever they come, and returns accuracy, proper
// scores (the negative log-likelihood and the Brier score), calibration errors and measures of selective
// prediction; and it fits a temperature. All arithmetic is in float64. Fractions are fractions, not per
// cent, and logarithms are natural (nats).
//
// Conventions, where libraries differ: the confidence of a prediction is its largest probability, and the
// predicted class is the first of equals. Bins of equal width are right-closed, (lower, upper], and 0 is in
// the first, so 1 is in the last. Sorting by confidence is stable, and bins of equal mass differ in size by
// at most one, the larger first. The number of classes is given, never guessed from the labels.
//
// Labels are classes, or distributions p over the classes. With such soft labels every metric is its
// expectation over labels drawn from p, independently for each example.
package calibration

import (
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/floats"
)

// Float is the type of logits and probabilities.
type Float interface{ ~float32 | ~float64 }

// Predictions are the probabilities a classifier gave to every class of n labelled examples. They do not
// change once made, and may be used from several goroutines at once. They take about 60 bytes an example, and read
// the probabilities again where those are needed.
type Predictions struct {
	classes      int
	source       source
	labels       Labels
	predicted    []int32   // [n], the class of the largest probability
	confidence   []float64 // [n], the largest probability
	hit          []float64 // [n], the probability that the label is the predicted class: 1 or 0 where the label is hard
	loss         []float64 // [n], the negative log-likelihood
	squared      []float64 // [n], the Brier score
	entropy      []float64 // [n], of the predicted distribution
	byConfidence func() []int32
}

// newPredictions reads every example once. Its errors name the first that is wrong, counted from 0.
func newPredictions(from source, labels Labels, classes int) (*Predictions, error) {
	n := labels.Len()
	p := &Predictions{
		classes:    classes,
		source:     from,
		labels:     labels,
		predicted:  make([]int32, n),
		confidence: make([]float64, n),
		hit:        make([]float64, n),
		loss:       make([]float64, n),
		squared:    make([]float64, n),
		entropy:    make([]float64, n),
	}
	err := inChunks(n, func(_, start, end int) error {
		q, l, truth := make([]float64, classes), make([]float64, classes), make([]float64, classes)
		for i := start; i < end; i++ {
			if err := p.summarise(i, q, l, truth); err != nil {
				return fmt.Errorf("row %d: %w", i, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.byConfidence = sync.OnceValue(func() []int32 { return ascending(p.confidence) })
	return p, nil
}

// summarise reads example i. The slices are scratch, one element for each class.
func (p *Predictions) summarise(i int, q, l, truth []float64) error {
	top, err := p.source.distribution(i, q, l)
	if err != nil {
		return err
	}
	p.predicted[i], p.confidence[i], p.entropy[i] = int32(top), q[top], crossEntropy(q, l)
	if p.labels.soft == nil {
		y := p.labels.classes[i]
		if y == top {
			p.hit[i] = 1
		}
		p.loss[i], p.squared[i] = -l[y], squaredDistance(q, y)
		return nil
	}
	if err := p.labels.posterior(i, truth); err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	p.hit[i], p.loss[i], p.squared[i] = truth[top], crossEntropy(truth, l), expectedSquaredDistance(q, truth)
	return nil
}

// Len returns the number of examples, at least 1.
func (p *Predictions) Len() int { return len(p.confidence) }

// Classes returns the number of classes, at least 2.
func (p *Predictions) Classes() int { return p.classes }

// distribution reads the probabilities of example i and their logarithms again.
func (p *Predictions) distribution(i int, probability, logarithm []float64) {
	if _, err := p.source.distribution(i, probability, logarithm); err != nil {
		panic(fmt.Sprintf("calibration: row %d has changed since it was first read: %v", i, err))
	}
}

// posterior reads the probabilities of the label of example i again.
func (p *Predictions) posterior(i int, row []float64) {
	if err := p.labels.posterior(i, row); err != nil {
		panic(fmt.Sprintf("calibration: the labels of row %d have changed since they were first read: %v", i, err))
	}
}

// logarithms returns the logarithms of all probabilities, [n, classes].
func (p *Predictions) logarithms() []float64 {
	all := make([]float64, p.Len()*p.classes)
	p.each(func(_, i int, _, l, _ []float64) { copy(all[i*p.classes:], l) })
	return all
}

// each calls f for every example with its probabilities, their logarithms, and the probabilities of its label, all
// of which f may change, from several goroutines at once. Examples of one chunk come in their order.
func (p *Predictions) each(f func(chunk, i int, probability, logarithm, posterior []float64)) {
	err := inChunks(p.Len(), func(chunk, start, end int) error {
		q, l, truth := make([]float64, p.classes), make([]float64, p.classes), make([]float64, p.classes)
		for i := start; i < end; i++ {
			p.distribution(i, q, l)
			p.posterior(i, truth)
			f(chunk, i, q, l, truth)
		}
		return nil
	})
	if err != nil {
		panic("calibration: " + err.Error())
	}
}

// mean returns the mean of values, of which there is at least one.
func mean(values []float64) float64 {
	sum := floats.SumCompensated(values)
	if math.IsNaN(sum) { // of a compensation that is infinite too
		sum = floats.Sum(values)
	}
	return sum / float64(len(values))
}

// argmax returns the index of the largest value, the first of equals.
func argmax(values []float64) int {
	best, largest := 0, math.Inf(-1)
	for i, v := range values {
		if v > largest {
			best, largest = i, v
		}
	}
	return best
}
