package predictions

import (
	"errors"
	"fmt"
	"math"
)

// OpenLogits opens a table of logits with a column for each class. Its rows are not looked at: who measures them
// does, and Check says which is wrong. A logit of -Inf is a probability of 0; NaN, +Inf and a row of nothing but
// -Inf are wrong.
func OpenLogits(name string) (*Matrix, error) {
	const binary = "for binary data with one logit z, write the columns 0 and z: numpy.column_stack([0*z, z])"
	return openScores(name, binary, checkLogits)
}

// OpenProbabilities opens a table of probabilities with a column for each class. Its rows are not looked at: who
// measures them does, and Check says which is wrong. Each is a distribution, its sum within 1e-3 of 1, which is more
// than rounding to float16 leaves and less than a forgotten softmax.
func OpenProbabilities(name string) (*Matrix, error) {
	const binary = "for binary data with one probability p, write the columns 1-p and p: numpy.column_stack([1-p, p])"
	return openScores(name, binary, checkDistribution)
}

// openScores opens a table; binary says what to do with one of one column.
func openScores(name, binary string, check func(row []float64) error) (*Matrix, error) {
	m, err := Open(name)
	if err != nil {
		return nil, err
	}
	m.check = check
	switch {
	case m.Columns == 0:
		err = fmt.Errorf("reading %s: there are no columns", name)
	case m.Columns == 1:
		err = fmt.Errorf("reading %s: one column, where each class needs one; %s", name, binary)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// Check reads all rows and names the first that calibration cannot be measured on. A table of Open may be any.
func (m *Matrix) Check() error {
	if m.check == nil {
		return nil
	}
	row := make([]float64, m.Columns)
	for i := range m.Rows {
		m.Row(i, row)
		if err := m.check(row); err != nil {
			return fmt.Errorf("reading %s: row %d: %w", m.name, i, err)
		}
	}
	return nil
}

// checkLogits refuses a row that has no softmax.
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
		return errors.New("every logit is -Inf")
	}
	return nil
}

// tolerance is how far the probabilities of a row may be from a sum of 1.
const tolerance = 1e-3

// checkDistribution refuses a row that is not a distribution.
func checkDistribution(row []float64) error {
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
