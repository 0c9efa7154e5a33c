package report

import (
	"slices"

	"experiment/internal/run"
)

// Column is a number of each run that a table shows: a metric on the test split, where nothing else is said.
type Column struct {
	Name        string // in data: "ece", "ece_scaled"
	Header      string // for people, with the unit
	Metric      string
	Calibration run.Calibration
	Percent     bool // people read it in per cent
	Better      Better
	Digits      int // decimals for people where no spread decides, in per cent where Percent
}

// Better says which value of a metric is best.
type Better int

// The directions.
const (
	Neither Better = iota
	Higher
	Lower
)

const (
	plain  = run.Uncalibrated
	scaled = run.TemperatureScale
)

// comparisonColumns are the columns by which losses are compared.
func comparisonColumns() []Column {
	return []Column{
		{"accuracy", "Accuracy (%)", "accuracy", plain, true, Higher, 2},
		{"nll", "NLL", "nll", plain, false, Lower, 4},
		{"ece", "ECE (%)", "ece", plain, true, Lower, 2},
		{"brier", "Brier", "brier", plain, false, Lower, 4},
		{"temperature", "T", "temperature", scaled, false, Neither, 3},
		{"ece_scaled", "ECE after T (%)", "ece", scaled, true, Lower, 2},
		{"nll_scaled", "NLL after T", "nll", scaled, false, Lower, 4},
	}
}

// columnNamed returns the column of comparisons of that name.
func columnNamed(name string) Column {
	columns := comparisonColumns()
	i := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		panic("report: no column " + name)
	}
	return columns[i]
}
