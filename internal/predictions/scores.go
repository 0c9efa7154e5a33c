package predictions

import (
	"errors"
	"fmt"
	"math"
)

// OpenLogits opens a table of logits with a column for each class, and checks every row: a logit of -Inf is
// a probability of 0; NaN, +Inf and a row of nothing but -Inf are errors.
func OpenLogits(name string) (*Matrix, error) {
	const binary = "for binary data with one logit z, write the columns 0 and z: numpy.column_stack([0*z, z])"
	return openScores(name, binary, checkLogits)
}

// OpenProbabilities opens a table of probabilities with a column for each class, and checks every row: each
// is a distribution, its sum within 1e-4 of 1 (1e-3 in float16, which holds three digits).
func OpenProbabilities(name string) (*Matrix, error) {
	const binary = "for binary data with one probability p, write the columns 1-p and p: numpy.column_stack([1-p, p])"
	return openScores(name, binary, checkDistribution)
}

// openScores opens a table and checks each row; binary says what to do with a table of one column.
func openScores(name, binary string, check func(row []float64, tolerance float64) error) (*Matrix, error) {
	m, err := Open(name)
	if err != nil {
		return nil, err
	}
	switch {
	case m.Columns == 0:
		err = fmt.Errorf("reading %s: there are no columns", name)
	case m.Columns == 1:
		err = fmt.Errorf("reading %s: one column, where each class needs one; %s", name, binary)
	default:
		err = m.each(check)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// each checks all rows and names the first that is wrong.
func (m *Matrix) each(check func(row []float64, tolerance float64) error) error {
	row, tolerance := make([]float64, m.Columns), m.tolerance()
	for i := range m.Rows {
		m.Row(i, row)
		if err := check(row, tolerance); err != nil {
			return fmt.Errorf("reading %s: row %d: %w", m.name, i, err)
		}
	}
	return nil
}

// tolerance is how far the probabilities of a row may be from a sum of 1: more than rounding leaves, less than
// a forgotten softmax.
func (m *Matrix) tolerance() float64 {
	if m.array != nil && m.array.DType().Name == "float16" {
		return 1e-3
	}
	return 1e-4
}

// checkLogits refuses a row that has no softmax.
func checkLogits(row []float64, _ float64) error {
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
		return errors.New("every logit is -Inf")
	}
	return nil
}

// checkDistribution refuses a row that is not a distribution.
func checkDistribution(row []float64, tolerance float64) error {
	sum := 0.0
	for k, q := range row {
		if !(q >= 0 && q <= 1+tolerance) {
			return fmt.Errorf("class %d: %v is not a probability", k, q)
		}
		sum += q
	}
	if math.Abs(sum-1) > tolerance {
		return fmt.Errorf("the probabilities sum to %.6g, not to 1 within %v", sum, tolerance)
	}
	return nil
}
