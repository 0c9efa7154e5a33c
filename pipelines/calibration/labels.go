package calibration

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/floats"
)

// Label is the type of labels, which count classes from 0.
type Label interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32
}

// Labels say what is true of each of n examples: its class, or how likely each class is.
type Labels struct {
	n       int
	classes []int // [n], nil where the labels are soft
	soft    Rows  // [n, classes], nil where they are hard
}

// HardLabels are one class for each example.
func HardLabels[L Label](labels []L) Labels {
	classes := make([]int, len(labels))
	for i, label := range labels {
		classes[i] = int(label)
	}
	return Labels{n: len(labels), classes: classes}
}

// SoftLabels are a distribution p over the classes for each of n examples, such as the votes of several people or
// a known posterior. Every metric is then its expectation over labels drawn from p, independently for each example:
// exact for those that are means over examples and for the ECEs (ECE, AdaptiveECE, ClasswiseECE), up to 1e-6 of what
// chance contributes to these; and the mean over seeded draws of all labels, 100 to 1,000 of them, for MCE,
// DebiasedRMSCE, SmoothECE and AUROC. Rows are scaled to a sum of 1; one that is off by more than 1e-3 is an error.
func SoftLabels(n int, posterior Rows) Labels { return Labels{n: n, soft: posterior} }

// Len returns the number of examples.
func (l Labels) Len() int { return l.n }

// check reports the first label that is not one of so many classes. Soft labels are checked as they are read.
func (l Labels) check(classes int) error {
	switch {
	case classes < 2:
		return fmt.Errorf("%d classes: at least 2 are needed, a column for each", classes)
	case l.n < 1:
		return errors.New("there are no examples")
	}
	for i, label := range l.classes {
		if label < 0 || label >= classes {
			return fmt.Errorf("row %d: label %d is outside 0 to %d", i, label, classes-1)
		}
	}
	return nil
}

// posterior sets the probability of each class of example i: 1 and 0 where its class is known. Rows that are not
// distributions are errors that do not name the example.
func (l Labels) posterior(i int, row []float64) error {
	if l.soft == nil {
		clear(row)
		row[l.classes[i]] = 1
		return nil
	}
	l.soft.Row(i, row)
	if err := checkDistribution(row); err != nil {
		return err
	}
	floats.Scale(1/floats.Sum(row), row)
	return nil
}
