// Package evaluation measures the predictions of one classifier or several on the same examples, before and
// after a calibration that is fitted on other examples. It knows numbers, and not where they come from or how they
// are shown.
package evaluation

import "experiment/pipelines/calibration"

// Method is what is fitted, and by which criterion.
type Method string

// The methods. ByECE takes the bins of the evaluation.
const (
	ByNLL  Method = "nll"    // a temperature, at the least NLL
	ByECE  Method = "ece"    // a temperature of the grid 0.1, 0.2 ... 10, at the least ECE
	Vector Method = "vector" // a weight and a bias for each class, at the least NLL
)

// Methods lists the methods, the usual one first.
func Methods() []string { return []string{string(ByNLL), string(ByECE), string(Vector)} }

// Model is what one classifier predicted.
type Model struct {
	Name        string                   // empty where there is one model without a name
	Predictions *calibration.Predictions // of the examples that are measured
	Fit         *calibration.Predictions // of the examples that are fitted on; nil where nothing is fitted
}

// Options say what is measured.
type Options struct {
	Bins      int
	Metrics   []string // names; all where there are none
	Method    Method   // where models have a Fit
	Bootstrap Bootstrap
}

// Bootstrap says which intervals are given, as calibration.Bootstrap.
type Bootstrap struct {
	Draws int // none are given where it is 0
	Seed  uint64
	Level float64 // a fraction
}

// Result is what was measured.
type Result struct {
	N, Classes, Bins int
	SoftLabels       bool   // metrics are expectations over labels; whoever has read them knows
	Method           Method // empty where nothing was fitted
	Bootstrap        Bootstrap
	Losses           []string // the training losses that AddLosses added
	LossBatch        int      // examples of a batch; 0 where no loss is a value of one
	Models           []Measured
	Differences      []Difference // of each model but the first from the first
}

// Measured is what was found of a model.
type Measured struct {
	Name string
	View
	Fitted *Fitted   // nil where nothing was fitted
	Losses []float64 // the mean of each of the Result's
}

// View is what a model's predictions show, as they are or calibrated.
type View struct {
	Metrics     []Metric
	Reliability []calibration.Bin
}

// Fitted is a calibration and what the predictions show after it.
type Fitted struct {
	Temperature     float64   // 0 where the method is Vector
	AtBound         bool      // the best temperature lies at the end of the range, or beyond
	Weights, Biases []float64 // [classes], nil where the method is another
	View
}

// Difference is how much the metrics of a model differ from those of the first: model - first.
type Difference struct {
	Name    string
	Metrics []Metric
	Fitted  []Metric // of the calibrated predictions; nil where nothing was fitted
	Losses  []float64
}

// Metric is a named number with the interval of its bootstrap.
type Metric struct {
	calibration.Metric
	Interval *Interval // nil where there is none
}

// Interval is from Lower to Upper; NaN where it is undefined.
type Interval struct{ Lower, Upper float64 }
