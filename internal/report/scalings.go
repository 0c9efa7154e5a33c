package report

import (
	"fmt"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// scalingTable compares what calibrations do to a metric.
type scalingTable struct {
	caption string
	columns []comparison.Column
}

func scalingTables() []scalingTable {
	const grid, vector = run.TemperatureByECE, run.VectorScale
	return []scalingTable{
		{"ECE (%)", []comparison.Column{
			comparison.Percentage("ece", "As trained", "ece", plain, comparison.Lower),
			comparison.Percentage("ece_scaled", "T by NLL", "ece", scaled, comparison.Lower),
			comparison.Percentage("ece_grid", "T by ECE", "ece", grid, comparison.Lower),
			comparison.Percentage("ece_vector", "Vector", "ece", vector, comparison.Lower),
		}},
		{"NLL", []comparison.Column{
			comparison.Decimal("nll", "As trained", "nll", plain, comparison.Lower, 4),
			comparison.Decimal("nll_scaled", "T by NLL", "nll", scaled, comparison.Lower, 4),
			comparison.Decimal("nll_grid", "T by ECE", "nll", grid, comparison.Lower, 4),
			comparison.Decimal("nll_vector", "Vector", "nll", vector, comparison.Lower, 4),
		}},
		{"What was fitted, and the accuracy, which no temperature changes", []comparison.Column{
			comparison.Decimal("temperature", "T by NLL", "temperature", scaled, comparison.Neither, 3),
			comparison.Decimal("temperature_grid", "T by ECE", "temperature", grid, comparison.Neither, 1),
			comparison.Percentage("accuracy", "Accuracy as trained (%)", "accuracy", plain, comparison.Higher),
			comparison.Percentage("accuracy_vector", "Accuracy after vector (%)", "accuracy", vector, comparison.Higher),
		}},
	}
}

// ofScaled reads a column of the comparison of calibrations. A run from before there were several has none, so that the
// columns rest on the same runs.
func ofScaled(c comparison.Column, r *run.Record) (float64, bool) {
	if _, ok := r.Attempt.Result.Value(run.Test, run.TemperatureByECE, "temperature"); !ok {
		return 0, false
	}
	return comparison.OfTest(c, r)
}

// scalings writes the comparison of the calibrations, where runs have more than the temperature of the main table.
func (w *writer) scalings(b *strings.Builder) {
	for i, t := range scalingTables() {
		c := Comparison{Tables: comparison.Tables(w.layout, w.groups, t.columns, ofScaled)}
		if c.Empty() {
			return
		}
		if i == 0 {
			b.WriteString("\n## Other calibrations\n")
			paragraph(b, "The tables above and the figures use the temperature with the least NLL on the validation split, here T by NLL. Beside it: "+
				"T by ECE, the temperature of the grid 0.1, 0.2, …, 10 with the least ECE there (Mukhoti 2020), and vector scaling, a weight and "+
				"a bias for each class with the least NLL there (Guo 2017). Nothing is fitted on the test split, of which all numbers are.")
		}
		paragraph(b, "**"+t.caption+"**")
		b.WriteString("\n" + c.Markdown())
	}
	paragraph(b, w.gridNote())
	paragraph(b, w.vectorNote())
}

// The ends of the grid of temperatures by ECE.
const gridLow, gridHigh = 0.1, 10

// gridNote warns of temperatures at the ends of their grid.
func (w *writer) gridNote() string {
	ends := 0
	for _, g := range w.groups {
		for _, t := range g.Values(run.Test, run.TemperatureByECE, "temperature") {
			if t <= gridLow || t >= gridHigh {
				ends++
			}
		}
	}
	if ends == 0 {
		return ""
	}
	return fmt.Sprintf("**T by ECE of %s lies at an end of its grid**, beyond which the ECE may be lower.", plural(ends, "run"))
}

// vectorNote says why runs have no vector scaling.
func (w *writer) vectorNote() string {
	without := 0
	for _, g := range w.groups {
		without += len(g.Values(run.Test, run.TemperatureByECE, "nll")) - len(g.Values(run.Test, run.VectorScale, "nll"))
	}
	if without == 0 {
		return ""
	}
	return fmt.Sprintf("Vector scaling was not fitted in %s: the validation split has fewer examples than there are parameters, two for each class, or "+
		"so many examples and classes that the fit would take long. The log of each says which.", plural(without, "run"))
}
