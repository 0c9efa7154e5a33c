package calibration

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// MaxLogTemperature bounds the temperatures that are fitted: |log T| is at most this.
const MaxLogTemperature = 5.0

// Fit is a fitted temperature.
type Fit struct {
	Temperature float64
	NLL         float64 // of the predictions at that temperature, in nats
	AtBound     bool    // the least NLL lies at, or beyond, the end of the range
}

// Scale returns the predictions softmax(z/temperature), z being the logits, or the logarithms of the
// probabilities (Guo 2017). The predicted classes stay the same. The temperature must be positive and finite.
func (p *Predictions) Scale(temperature float64) (*Predictions, error) {
	if !(temperature > 0) || math.IsInf(temperature, 1) {
		return nil, fmt.Errorf("scaling predictions: temperature %v is not a positive number", temperature)
	}
	scaled, err := newPredictions(temperatureSource{p.source, temperature}, p.labels, p.classes)
	if err != nil {
		return nil, fmt.Errorf("scaling predictions: %w", err)
	}
	return scaled, nil
}

// FitTemperature returns the temperature T at which the NLL is least, with log T in [-5, 5]. The NLL is
// convex in b = 1/T, so the root of its slope is found there, by Newton's method kept inside a shrinking
// bracket. Where every temperature gives the same NLL it is 1. A label to which q gives the probability 0 is an
// error, because the NLL is infinite at every temperature.
func (p *Predictions) FitTemperature() (_ Fit, err error) {
	defer recoverChange(&err)
	s, err := p.newSlope()
	if err != nil {
		return Fit{}, fmt.Errorf("fitting temperature: %w", err)
	}
	inverse, atBound := s.root(math.Exp(-MaxLogTemperature), math.Exp(MaxLogTemperature))
	scaled, err := p.Scale(1 / inverse)
	if err != nil {
		return Fit{}, fmt.Errorf("fitting temperature: %w", err)
	}
	return Fit{Temperature: 1 / inverse, NLL: scaled.NLL(), AtBound: atBound}, nil
}

// slope is the derivative of the NLL by b = 1/T. With d = z - max z of an example, that is the mean of
// E[d] - d_y, the expectation under softmax(b·d), where d_y is itself an expectation if the label is soft.
type slope struct {
	classes int
	below   []float64 // [n, classes], d, at most 0
	label   float64   // the mean of d_y
}

func (p *Predictions) newSlope() (*slope, error) {
	if err := p.checkPossible(); err != nil {
		return nil, err
	}
	s := &slope{classes: p.classes, below: p.logarithms()}
	posterior := make([]float64, p.classes)
	for i, top := range p.predicted {
		below := s.below[i*p.classes : (i+1)*p.classes]
		largest := below[top]
		for k := range below {
			below[k] -= largest
		}
		p.posterior(i, posterior)
		s.label -= crossEntropy(posterior, below) / float64(p.Len())
	}
	if math.IsInf(s.label, -1) {
		return nil, errors.New("the logits are too large")
	}
	return s, nil
}

// checkPossible reports the first example whose loss is infinite.
func (p *Predictions) checkPossible() error {
	if i := slices.IndexFunc(p.loss, func(l float64) bool { return math.IsInf(l, 1) }); i >= 0 {
		return fmt.Errorf("row %d: the label has the probability 0", i)
	}
	return nil
}

// at returns the slope at b and its derivative, the mean variance of d.
func (s *slope) at(b float64) (value, derivative float64) {
	rows := len(s.below) / s.classes
	sums := make([]struct{ value, derivative float64 }, chunksOf(rows))
	inParallel(len(sums), func(chunk int) {
		first, last := chunk*chunkSize(rows), min(rows, (chunk+1)*chunkSize(rows))
		sums[chunk].value, sums[chunk].derivative = sumOfMoments(s.below[first*s.classes:last*s.classes], s.classes, b)
	})
	for _, sum := range sums {
		value += sum.value
		derivative += sum.derivative
	}
	return value/float64(rows) - s.label, derivative / float64(rows)
}

// sumOfMoments returns the sums over rows of d of its mean and its variance under softmax(b·d).
func sumOfMoments(rows []float64, classes int, b float64) (mean, variance float64) {
	for ; len(rows) > 0; rows = rows[classes:] {
		var weights, first, second float64
		for _, d := range rows[:classes] {
			if w := math.Exp(b * d); w > 0 {
				weights += w
				first += w * d
				second += w * d * d
			}
		}
		expectation := first / weights
		mean += expectation
		variance += second/weights - expectation*expectation
	}
	return mean, variance
}

// root returns the b between two bounds where the slope, which never falls, is 0; or the bound nearest to
// it, and true. A step of Newton's that leaves the bracket, or does not halve the last, gives way to one to the
// bracket's geometric middle.
func (s *slope) root(low, high float64) (b float64, atBound bool) {
	first, _ := s.at(low)
	last, _ := s.at(high)
	switch {
	case first == 0 && last == 0:
		return 1, false
	case last <= 0:
		return high, true
	case first >= 0:
		return low, true
	}
	const precision = 1e-11 // of a step of Newton's, whose error is about its square
	b = 1
	for step := high - low; high-low > precision*high; {
		value, derivative := s.at(b)
		if value < 0 {
			low = b
		} else {
			high = b
		}
		next := b - value/derivative
		if !(next >= low && next <= high && 2*math.Abs(next-b) <= math.Abs(step)) {
			next = math.Sqrt(low * high)
		}
		b, step = next, next-b
		if math.Abs(step) <= precision*b {
			break
		}
	}
	return b, false
}
