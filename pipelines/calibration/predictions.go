package calibration

import (
	"errors"
	"fmt"
	"math"
)

// sumTolerance is how far the probabilities of an example may be from a sum of 1: more than a softmax in
// float32 leaves over thousands of classes, less than a forgotten softmax.
const sumTolerance = 1e-4

// FromLogits returns the predictions softmax(logits), logits being n rows of one number for each class. A
// logit of -Inf is a probability of 0; NaN, +Inf and a row of nothing but -Inf are errors that name the row,
// counted from 0.
func FromLogits[F Float, L Label](logits []F, labels []L, classes int) (*Predictions, error) {
	checked, err := checkLabels(labels, classes, len(logits))
	if err != nil {
		return nil, fmt.Errorf("reading logits: %w", err)
	}
	converted := make([]float64, len(logits))
	for i, z := range logits {
		converted[i] = float64(z)
	}
	predicted := make([]int, len(checked))
	for i := range predicted {
		row := converted[i*classes : (i+1)*classes]
		if k, reason := unusableLogit(row); reason != "" {
			return nil, fmt.Errorf("reading logits: row %d, class %d: %s", i, k, reason)
		}
		predicted[i] = argmax(row)
	}
	probability, logarithm := softmax(converted, predicted, classes)
	return newPredictions(probability, logarithm, checked, predicted, classes), nil
}

// FromProbabilities returns predictions from n rows of one probability for each class. The rows are used as
// they are, not scaled to a sum of 1; one that is off by more than 1e-4, or has a value outside [0, 1], is
// an error that names it, counted from 0. What rounding has put above 1 counts as 1.
func FromProbabilities[F Float, L Label](probabilities []F, labels []L, classes int) (*Predictions, error) {
	checked, err := checkLabels(labels, classes, len(probabilities))
	if err != nil {
		return nil, fmt.Errorf("reading probabilities: %w", err)
	}
	converted := make([]float64, len(probabilities))
	for i, q := range probabilities {
		converted[i] = float64(q)
	}
	if err := checkDistributions(converted, classes); err != nil {
		return nil, fmt.Errorf("reading probabilities: %w", err)
	}
	predicted := make([]int, len(checked))
	for i := range predicted {
		predicted[i] = argmax(converted[i*classes : (i+1)*classes])
	}
	logarithm := make([]float64, len(converted))
	for i, q := range converted {
		logarithm[i] = math.Log(q)
	}
	return newPredictions(converted, logarithm, checked, predicted, classes), nil
}

// checkLabels converts labels that fit a matrix of that many values.
func checkLabels[L Label](labels []L, classes, values int) ([]int, error) {
	switch {
	case classes < 2:
		return nil, fmt.Errorf("%d classes: at least 2 are needed, a column for each", classes)
	case len(labels) == 0:
		return nil, errors.New("there are no examples")
	case values%classes != 0 || values/classes != len(labels):
		return nil, fmt.Errorf("%d values do not fit %d labels and %d classes", values, len(labels), classes)
	}
	checked := make([]int, len(labels))
	for i, label := range labels {
		if int64(label) < 0 || int64(label) >= int64(classes) {
			return nil, fmt.Errorf("row %d: label %d is outside 0 to %d", i, label, classes-1)
		}
		checked[i] = int(label)
	}
	return checked, nil
}

// unusableLogit says which logit of a row a softmax cannot use and why, or returns no reason.
func unusableLogit(row []float64) (class int, reason string) {
	impossible := 0
	for k, z := range row {
		switch {
		case math.IsNaN(z):
			return k, "the logit is not a number"
		case math.IsInf(z, 1):
			return k, "the logit is +Inf"
		case math.IsInf(z, -1):
			impossible++
		}
	}
	if impossible == len(row) {
		return 0, "every logit of the row is -Inf"
	}
	return 0, ""
}

// checkDistributions reports the first of the rows that is not a distribution, and lowers to 1 what rounding
// has put above it.
func checkDistributions(probabilities []float64, classes int) error {
	for i := 0; i < len(probabilities); i += classes {
		row, sum := probabilities[i:i+classes], 0.0
		for k, q := range row {
			if !(q >= 0 && q <= 1+sumTolerance) {
				return fmt.Errorf("row %d, class %d: %v is not a probability", i/classes, k, q)
			}
			sum += q
			row[k] = min(q, 1)
		}
		if math.Abs(sum-1) > sumTolerance {
			return fmt.Errorf("row %d: the probabilities sum to %.6g, not 1", i/classes, sum)
		}
	}
	return nil
}

// softmax returns the probabilities of rows of logits and their logarithms. The largest logit of each row is
// given. With the terms of the others in log1p, a confidence next to 1 keeps its loss exact.
func softmax(logits []float64, largest []int, classes int) (probability, logarithm []float64) {
	probability = make([]float64, len(logits))
	logarithm = make([]float64, len(logits))
	for i, top := range largest {
		z := logits[i*classes : (i+1)*classes]
		q := probability[i*classes : (i+1)*classes]
		l := logarithm[i*classes : (i+1)*classes]
		others := 0.0
		for k := range z {
			l[k] = z[k] - z[top]
			q[k] = math.Exp(l[k])
			if k != top {
				others += q[k]
			}
		}
		total, shift := 1+others, math.Log1p(others)
		for k := range z {
			q[k] /= total
			l[k] -= shift
		}
	}
	return probability, logarithm
}
