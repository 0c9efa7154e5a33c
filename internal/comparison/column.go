package comparison

import (
	"slices"
	"strings"

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

// Title is the header without its unit.
func (c Column) Title() string { return strings.TrimSuffix(c.Header, " (%)") }

// Reads lists the metrics that a column reads of a run: an ECE is shown beside its noise floor.
func (c Column) Reads() []string {
	if c.Metric == "ece" {
		return []string{c.Metric, noiseFloor}
	}
	return []string{c.Metric}
}

// noiseFloor is the metric of what a perfectly calibrated model would measure as its ECE.
const noiseFloor = "ece_noise_floor"

// Better says which value of a metric is best.
type Better int

// The directions.
const (
	Neither Better = iota
	Higher
	Lower
)

// Percentage is a column of fractions, which people read in per cent.
func Percentage(name, header, metric string, calibration run.Calibration, better Better) Column {
	return Column{Name: name, Header: header, Metric: metric, Calibration: calibration, Percent: true, Better: better, Digits: 2}
}

// Decimal is a column of numbers that people read as they are, with so many decimals.
func Decimal(name, header, metric string, calibration run.Calibration, better Better, digits int) Column {
	return Column{Name: name, Header: header, Metric: metric, Calibration: calibration, Better: better, Digits: digits}
}

// Columns are the columns by which losses are compared.
func Columns() []Column {
	const plain, scaled = run.Uncalibrated, run.TemperatureScale
	return []Column{
		Percentage("accuracy", "Accuracy (%)", "accuracy", plain, Higher),
		Decimal("nll", "NLL", "nll", plain, Lower, 4),
		Percentage("ece", "ECE (%)", "ece", plain, Lower),
		Decimal("brier", "Brier", "brier", plain, Lower, 4),
		Decimal("temperature", "T", "temperature", scaled, Neither, 3),
		Percentage("ece_scaled", "ECE after T (%)", "ece", scaled, Lower),
		Decimal("nll_scaled", "NLL after T", "nll", scaled, Lower, 4),
	}
}

// ColumnNamed returns the column of comparisons of that name.
func ColumnNamed(name string) Column {
	columns := Columns()
	i := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		panic("comparison: no column " + name)
	}
	return columns[i]
}
