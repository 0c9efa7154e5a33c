package calibration

import (
	"fmt"
	"math"
)

// Rows is a matrix that is read a row at a time, such as one that lies in a file: [n, classes]. Row puts row i
// into row, which has one element for each class. It is called from several goroutines at once, for every row
// more than once, and must give the same values every time. A row that is found to be wrong after it was right, as of
// a file that somebody writes to, is a *RowError: what returns errors returns it, and anything else panics with it.
type Rows interface {
	Row(i int, row []float64)
}

// matrix is Rows in memory, row-major.
type matrix[F Float] struct {
	values  []F
	classes int
}

func (m matrix[F]) Row(i int, row []float64) {
	for k, v := range m.values[i*m.classes : (i+1)*m.classes] {
		row[k] = float64(v)
	}
}

// source gives what a classifier says of each example.
type source interface {
	// distribution sets the probabilities of example i and their logarithms, which are exact also where a
	// probability is 0 in float64, and returns the predicted class. The error does not name the example.
	distribution(i int, probability, logarithm []float64) (predicted int, err error)
}

// logitSource is softmax(logits).
type logitSource struct{ logits Rows }

func (s logitSource) distribution(i int, probability, logarithm []float64) (int, error) {
	s.logits.Row(i, logarithm)
	if err := checkLogits(logarithm); err != nil {
		return 0, err
	}
	top := argmax(logarithm)
	softmax(probability, logarithm, top)
	return top, nil
}

// probabilitySource is probabilities as they are.
type probabilitySource struct{ probabilities Rows }

func (s probabilitySource) distribution(i int, probability, logarithm []float64) (int, error) {
	s.probabilities.Row(i, probability)
	if err := checkDistribution(probability); err != nil {
		return 0, err
	}
	for k, q := range probability {
		logarithm[k] = math.Log(q)
	}
	return argmax(probability), nil
}

// temperatureSource divides logarithms by a temperature.
type temperatureSource struct {
	source
	temperature float64
}

func (s temperatureSource) distribution(i int, probability, logarithm []float64) (int, error) {
	top, err := s.source.distribution(i, probability, logarithm)
	if err != nil {
		return 0, err
	}
	largest := logarithm[top]
	for k, l := range logarithm {
		logarithm[k] = (l - largest) / s.temperature // 0 at the top, where l/temperature could be -Inf
	}
	softmax(probability, logarithm, top)
	return top, nil
}

// vectorSource multiplies the logarithm of each class by a weight and adds a bias.
type vectorSource struct {
	source
	weights, biases []float64
}

func (s vectorSource) distribution(i int, probability, logarithm []float64) (int, error) {
	if _, err := s.source.distribution(i, probability, logarithm); err != nil {
		return 0, err
	}
	for k, l := range logarithm {
		logarithm[k] = vectorLogit(l, s.weights[k], s.biases[k])
	}
	if err := checkLogits(logarithm); err != nil {
		return 0, err
	}
	top := argmax(logarithm)
	softmax(probability, logarithm, top)
	return top, nil
}

// softmax sets the probabilities of a row of logits and turns these into the logarithms of them, given the
// largest. With the terms of the others in log1p, a confidence next to 1 keeps its loss exact.
func softmax(probability, logits []float64, top int) {
	largest, others := logits[top], 0.0
	for k := range logits {
		logits[k] -= largest
		probability[k] = math.Exp(logits[k])
		if k != top {
			others += probability[k]
		}
	}
	total, shift := 1+others, math.Log1p(others)
	for k := range logits {
		probability[k] /= total
		logits[k] -= shift
	}
}

// checkLogits refuses logits that have no softmax.
func checkLogits(row []float64) error {
	impossible := 0
	for k, z := range row {
		switch {
		case math.IsNaN(z):
			return fmt.Errorf("class %d: the logit is not a number", k)
		case math.IsInf(z, 1):
			return fmt.Errorf("class %d: the logit is +Inf", k)
		case math.IsInf(z, -1):
			impossible++
		}
	}
	if impossible == len(row) {
		return fmt.Errorf("class 0: every logit of the row is -Inf")
	}
	return nil
}

// sumTolerance is how far the probabilities of an example may be from a sum of 1: more than a float16, or a
// softmax in float32 over thousands of classes, leaves; less than a forgotten softmax.
const sumTolerance = 1e-3

// checkDistribution refuses a row that is not a distribution, and lowers to 1 what rounding has put above it.
func checkDistribution(row []float64) error {
	sum := 0.0
	for k, q := range row {
		if !(q >= 0 && q <= 1+sumTolerance) {
			return fmt.Errorf("class %d: %v is not a probability", k, q)
		}
		sum += q
		row[k] = min(q, 1)
	}
	if math.Abs(sum-1) > sumTolerance {
		return fmt.Errorf("the probabilities sum to %.6g, not 1", sum)
	}
	return nil
}
