package calibration

import "fmt"

// FromLogits returns the predictions softmax(logits), logits being n rows of one number for each class. A
// logit of -Inf is a probability of 0; NaN, +Inf and a row of nothing but -Inf are errors that name the row,
// counted from 0. The logits are kept, and must not change while the predictions are in use.
func FromLogits[F Float, L Label](logits []F, labels []L, classes int) (*Predictions, error) {
	if err := checkShape(len(logits), len(labels), classes); err != nil {
		return nil, fmt.Errorf("reading logits: %w", err)
	}
	return FromLogitRows(matrix[F]{logits, classes}, HardLabels(labels), classes)
}

// FromLogitRows is FromLogits of logits that may lie elsewhere, a row for each label, and of labels that may be
// soft.
func FromLogitRows(logits Rows, labels Labels, classes int) (*Predictions, error) {
	return read("logits", logitSource{logits}, labels, classes)
}

// FromProbabilities returns predictions from n rows of one probability for each class. The rows are used as
// they are, not scaled to a sum of 1; one that is off by more than 1e-3, or has a value outside [0, 1], is
// an error that names it, counted from 0. What rounding has put above 1 counts as 1. The probabilities are kept, and
// must not change while the predictions are in use.
func FromProbabilities[F Float, L Label](probabilities []F, labels []L, classes int) (*Predictions, error) {
	if err := checkShape(len(probabilities), len(labels), classes); err != nil {
		return nil, fmt.Errorf("reading probabilities: %w", err)
	}
	return FromProbabilityRows(matrix[F]{probabilities, classes}, HardLabels(labels), classes)
}

// FromProbabilityRows is FromProbabilities of probabilities that may lie elsewhere, a row for each label, and of
// labels that may be soft.
func FromProbabilityRows(probabilities Rows, labels Labels, classes int) (*Predictions, error) {
	return read("probabilities", probabilitySource{probabilities}, labels, classes)
}

func read(what string, from source, labels Labels, classes int) (*Predictions, error) {
	err := labels.check(classes)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	p, err := newPredictions(from, labels, classes)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	return p, nil
}

// checkShape refuses a matrix of so many values that does not have a row for each label.
func checkShape(values, labels, classes int) error {
	if labels > 0 && classes >= 2 && (values%classes != 0 || values/classes != labels) {
		return fmt.Errorf("%d values do not fit %d labels and %d classes", values, labels, classes)
	}
	return nil
}
