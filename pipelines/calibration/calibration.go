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
package calibration

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// Float is the type of logits and probabilities.
type Float interface{ ~float32 | ~float64 }

// Label is the type of labels, which count classes from 0.
type Label interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32
}

// Predictions are the probabilities a classifier gave to every class of n labelled examples. They do not
// change once made, and may be used from several goroutines at once.
type Predictions struct {
	classes      int
	probability  []float64 // [n, classes]
	logarithm    []float64 // [n, classes], of the probability, exact also where that is 0 in float64
	labels       []int     // [n]
	predicted    []int     // [n], the class of the largest probability
	confidence   []float64 // [n], the largest probability
	hit          []float64 // [n], 1 where predicted is the label, else 0
	byConfidence func() []int
}

// newPredictions takes over the slices; predicted is the most probable class of each row.
func newPredictions(probability, logarithm []float64, labels, predicted []int, classes int) *Predictions {
	p := &Predictions{
		classes:     classes,
		probability: probability,
		logarithm:   logarithm,
		labels:      labels,
		predicted:   predicted,
		confidence:  make([]float64, len(labels)),
		hit:         make([]float64, len(labels)),
	}
	for i, k := range predicted {
		p.confidence[i] = probability[i*classes+k]
		if k == labels[i] {
			p.hit[i] = 1
		}
	}
	p.byConfidence = sync.OnceValue(func() []int { return ascending(p.confidence) })
	return p
}

// Len returns the number of examples, at least 1.
func (p *Predictions) Len() int { return len(p.labels) }

// Classes returns the number of classes, at least 2.
func (p *Predictions) Classes() int { return p.classes }

// row returns the part of an [n, classes] matrix that belongs to example i.
func (p *Predictions) row(matrix []float64, i int) []float64 {
	return matrix[i*p.classes : (i+1)*p.classes]
}

// ascending returns the order that sorts values from low to high, equal ones as they stand.
func ascending(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := cmp.Compare(values[a], values[b]); c != 0 {
			return c
		}
		return a - b
	})
	return order
}

// mean returns the mean of values, of which there is at least one.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
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
