package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// mainColumns are the columns of the main table: what was measured before temperature scaling, and after it.
func mainColumns() []comparison.Column {
	columns := comparison.Columns()
	brier := slices.IndexFunc(columns, func(c comparison.Column) bool { return c.Name == "brier" })
	return slices.Insert(columns, brier+1, comparison.Decimal("aurc", "AURC", "aurc", plain, comparison.Lower, 4))
}

// mainTable writes the comparison of the losses with what is to be known of it.
func (w *writer) mainTable(b *strings.Builder, c Comparison) {
	b.WriteString("\n## Comparison\n")
	for _, t := range c.Tables {
		paragraph(b, heading(t.Settings))
		b.WriteString("\n" + gridOf(t).markdown())
		footnotes(b, t, mainWarnings(t))
	}
	paragraph(b, w.tableNote(c))
	paragraph(b, w.boundNote())
}

// mainWarnings are what is to be known of the numbers of a main table.
func mainWarnings(t comparison.Table) []comparison.Warning {
	columns := make([]int, len(t.Columns))
	for k := range columns {
		columns[k] = k
	}
	return t.Warnings(columns...)
}

// tableNote explains what stands in the cells of the main table.
func (w *writer) tableNote(c Comparison) string {
	sizes := testSizes(w.groups)
	note := "Test split"
	if sizes != "" {
		note += " of " + sizes + " examples"
	}
	note += ". Mean ± standard deviation over seeds (n runs, n-1 in the denominator); T is the fitted temperature, NLL in nats, Brier from 0 to 2"
	if slices.ContainsFunc(c.Tables, func(t comparison.Table) bool { return t.Column("aurc") >= 0 }) {
		note += ", AURC the area under the risk-coverage curve"
	}
	return strings.TrimSpace(note + ". " + c.bestNote())
}

// bestNote explains what is bold, and is empty where nothing is.
func (c Comparison) bestNote() string {
	marks := comparison.MarksOf(c.Tables)
	switch {
	case !marks.Any:
		return ""
	case !marks.Tested:
		return "Bold: the best mean of each column. Nothing was tested, since " + marks.Because + "."
	}
	note := "Bold: the best mean of each column, and every other that does not differ from it significantly (paired t-test over shared seeds, " +
		"Holm's correction over the column, level 0.05)."
	if marks.Left {
		note += " What could not be tested is not bold."
	}
	return note
}

// boundNote warns of temperatures at the bounds of their search: the validation split then says nothing
// about how much to cool or to warm, because its predictions are all right, or no better than chance.
func (w *writer) boundNote() string {
	bound := 0
	for _, g := range w.groups {
		for _, t := range g.Values(run.Test, run.TemperatureScale, "temperature") {
			if math.Abs(math.Log(t)) > temperatureBound-1e-6 {
				bound++
			}
		}
	}
	if bound == 0 {
		return ""
	}
	return fmt.Sprintf("**The temperature of %s lies at a bound of its search, e⁻⁵ or e⁵**: their validation split is predicted "+
		"perfectly, or no better than by chance, and does not determine it.", plural(bound, "run"))
}

// temperatureBound is how far log T is searched on either side of 0.
const temperatureBound = 5

// testSizes lists how many examples the reliability curves of the test split rest on.
func testSizes(groups []*comparison.Group) string {
	var sizes []string
	seen := map[int]bool{}
	for _, g := range groups {
		for _, r := range g.Records {
			if n := examples(r); n > 0 && !seen[n] {
				seen[n] = true
				sizes = append(sizes, thousands(n))
			}
		}
	}
	return strings.Join(sizes, " or ")
}

// examples returns the size of the test split of a run, 0 where it is not known.
func examples(r *run.Record) int {
	n := 0
	for _, curve := range r.Attempt.Result.Reliability {
		if curve.Split == run.Test && curve.Calibration == plain {
			for _, bin := range curve.Bins {
				n += bin.Count
			}
		}
	}
	return n
}
