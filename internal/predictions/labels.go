package predictions

import (
	"errors"
	"fmt"
	"math"
)

// Labels are what is true of each example: its class, or a distribution over the classes.
type Labels struct {
	Classes []int   // [N], the class of each example; nil where Soft is there
	Soft    *Matrix // [N, C], the probability of each class; nil where Classes is there
}

// OpenLabels opens the labels of so many rows of predictions over so many classes: one column of whole
// numbers, which count classes from 0, or one column of probabilities for each class. The rows of these are not
// looked at: who measures with them does, and Check says which is wrong.
func OpenLabels(name string, rows, classes int) (*Labels, error) {
	m, err := Open(name)
	if err != nil {
		return nil, err
	}
	switch {
	case m.Rows != rows:
		err = fmt.Errorf("reading %s: %d rows of labels for %d rows of predictions", name, m.Rows, rows)
	case m.Columns == 1:
		hard, err := m.classes(classes)
		if err = errors.Join(err, m.Close()); err != nil {
			return nil, err
		}
		return &Labels{Classes: hard}, nil
	case m.Columns != classes:
		err = fmt.Errorf("reading %s: %d columns, neither one of labels nor %d of probabilities, one for each class", name, m.Columns, classes)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	m.check = checkSoftLabel
	return &Labels{Soft: m}, nil
}

// Close releases the file of soft labels.
func (l *Labels) Close() error {
	if l.Soft == nil {
		return nil
	}
	return l.Soft.Close()
}

// Check reads soft labels and names the first row that is not a distribution.
func (l *Labels) Check() error {
	if l.Soft == nil {
		return nil
	}
	return l.Soft.Check()
}

// checkSoftLabel is checkDistribution, with what to do about counts of votes.
func checkSoftLabel(row []float64) error {
	err := checkDistribution(row)
	if err == nil {
		return nil
	}
	total := 0.0
	for _, n := range row {
		if !(n >= 0) || n != math.Floor(n) {
			return err
		}
		total += n
	}
	if total > 1 && !math.IsInf(total, 1) {
		return fmt.Errorf("%w; these look like counts of votes: divide each row by its sum", err)
	}
	return err
}

// classes returns the labels of a matrix of one column, each of which is one of so many classes.
func (m *Matrix) classes(classes int) ([]int, error) {
	if m.array != nil && m.array.DType().Integer() {
		labels, err := m.array.Ints()
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", m.name, err)
		}
		for i, label := range labels {
			if label < 0 || label >= classes {
				return nil, fmt.Errorf("reading %s: row %d: label %d is outside 0 to %d", m.name, i, label, classes-1)
			}
		}
		return labels, nil
	}
	labels, value := make([]int, m.Rows), make([]float64, 1)
	for i := range labels {
		m.Row(i, value)
		switch label := value[0]; {
		case label != math.Floor(label) || math.IsInf(label, 0):
			return nil, fmt.Errorf("reading %s: row %d: label %v is not a whole number", m.name, i, label)
		case label < 0 || label >= float64(classes):
			return nil, fmt.Errorf("reading %s: row %d: label %.0f is outside 0 to %d", m.name, i, label, classes-1)
		default:
			labels[i] = int(label)
		}
	}
	return labels, nil
}
