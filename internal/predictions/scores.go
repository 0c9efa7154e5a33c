package predictions

import (
	"errors"
	"fmt"
)

// OpenLogits opens a table of logits with a column for each class. Its rows are not looked at: who measures them
// does.
func OpenLogits(name string) (*Matrix, error) {
	const binary = "for binary data with one logit z, write the columns 0 and z: numpy.column_stack([0*z, z])"
	return openScores(name, binary)
}

// OpenProbabilities opens a table of probabilities with a column for each class. Its rows are not looked at: who
// measures them does.
func OpenProbabilities(name string) (*Matrix, error) {
	const binary = "for binary data with one probability p, write the columns 1-p and p: numpy.column_stack([1-p, p])"
	return openScores(name, binary)
}

// openScores opens a table; binary says what to do with one of one column.
func openScores(name, binary string) (*Matrix, error) {
	m, err := Open(name)
	if err != nil {
		return nil, err
	}
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
