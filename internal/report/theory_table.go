package report

import (
	"math"
	"strconv"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// TheoryTable shows how far focal loss lies above its bounds: one row for each K and γ, over everything else.
type TheoryTable struct {
	Rows []TheoryRow
}

// TheoryRow is what the runs of one K and γ have in common. The least slacks are over every p; where one is
// negative, the inequality fails.
type TheoryRow struct {
	Classes   int64
	Gamma     float64
	N         int     // finished runs
	Bound     float64 // least slack of CE - γ·H[q]
	Sharper   float64 // least slack of the sharper bound
	Bernoulli float64 // least slack of Bernoulli's step
	Low, High float64 // slack of CE - γ·H[q] at the p of the runs
}

func newTheoryTable(points []point) TheoryTable {
	var t TheoryTable
	for _, classes := range distinct(points, classesOf) {
		ofClasses := selected(points, func(p point) bool { return p.classes == classes })
		for _, gamma := range distinct(ofClasses, gammaOf) {
			members := selected(ofClasses, func(p point) bool { return p.gamma == gamma })
			row := TheoryRow{
				Classes: classes, Gamma: gamma, N: len(members),
				Bound:     least(members, metricOf("bound_slack_least")),
				Sharper:   least(members, metricOf("sharper_slack_least")),
				Bernoulli: least(members, metricOf("bernoulli_slack_least")),
			}
			row.Low, row.High = extremes(members, metricOf("bound_slack"))
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// theoryTitle says what the cells of the table are.
const theoryTitle = "By how much focal loss exceeds each bound, at least, over every p (nats)"

// grid writes every cell for people.
func (t TheoryTable) grid() grid {
	g := grid{header: []string{"K", "γ", "n", "CE - γ·H[q]", "Sharper", "Bernoulli", "CE - γ·H[q] at p"}, left: 2}
	for _, r := range t.Rows {
		var cells []gridCell
		for _, text := range []string{
			strconv.FormatInt(r.Classes, 10), comparison.FormatSetting(r.Gamma), strconv.Itoa(r.N),
			formatShort(r.Bound), formatShort(r.Sharper), formatShort(r.Bernoulli), formatRange(r.Low, r.High),
		} {
			cells = append(cells, gridCell{text: text})
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

// records writes every row as values under the same names in the same order, in nats.
func (t TheoryTable) records() [][]named {
	var records [][]named
	for _, r := range t.Rows {
		records = append(records, []named{
			{"data.classes", int(r.Classes)}, {"loss.gamma", run.Number(r.Gamma)}, {"n", r.N},
			{"bound_slack_least", run.Number(r.Bound)}, {"sharper_slack_least", run.Number(r.Sharper)},
			{"bernoulli_slack_least", run.Number(r.Bernoulli)},
			{"bound_slack_min", run.Number(r.Low)}, {"bound_slack_max", run.Number(r.High)},
		})
	}
	return records
}

// formatShort writes a number to three significant digits.
func formatShort(v float64) string { return formatSignificant(v, 3) }

// formatSignificant writes a number to so many significant digits.
func formatSignificant(v float64, digits int) string {
	switch {
	case v == 0:
		return "0"
	case math.IsNaN(v):
		return "undefined"
	}
	return strconv.FormatFloat(v, 'g', digits, 64)
}

// formatRange writes two numbers to three significant digits, or one where they read the same.
func formatRange(low, high float64) string {
	a, b := formatShort(low), formatShort(high)
	if a == b {
		return a
	}
	return a + " to " + b
}
