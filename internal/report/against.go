package report

import (
	"slices"
	"strconv"
	"strings"

	"experiment/internal/comparison"
)

// baseline is the loss that others are set against.
const baseline = "cross_entropy"

// testLevel is the level of the intervals; 1 less it is the level of significance.
const testLevel = 0.95

// setAgainstBaseline sets the rows of every table against the only one of the baseline, where there is one. Rows on other data
// sets are not set against it.
func setAgainstBaseline(tables []comparison.Table) {
	rows := make([]int, len(tables))
	for i, t := range tables {
		rows[i] = -1
		if !slices.Contains(t.Axes, "data.name") {
			rows[i] = t.Only(baseline)
		}
	}
	comparison.SetAgainst(tables, rows, testLevel)
}

// differenceColumns are the columns whose differences from the baseline are shown, in that order.
var differenceColumns = [...]string{"ece", "nll", "accuracy", "ece_scaled", "nll_scaled"}

// against writes the differences from the baseline, one table for each metric.
func against(b *strings.Builder, c Comparison) {
	sizes, shown := map[int]bool{}, false // of families
	for _, t := range c.Tables {
		if t.Against == nil || !anyTest(t) {
			continue
		}
		if !shown {
			shown = true
			b.WriteString("\n## Against " + escape(baseline) + "\n")
		}
		paragraph(b, heading(t.Settings))
		var columns []int
		for _, name := range differenceColumns {
			if k := t.Column(name); k >= 0 {
				columns = append(columns, k)
				sizes[t.Against.Family[k]] = true
				paragraph(b, "**"+escape(differenceTitle(t.Columns[k]))+"**")
				b.WriteString("\n" + differenceTable(t, k))
			}
		}
		footnotes(b, t, t.DifferenceWarnings(columns...))
	}
	if shown {
		paragraph(b, againstNote(sizes))
	}
}

// anyTest says whether any row could be tested against the baseline in a column that is shown.
func anyTest(t comparison.Table) bool {
	return slices.ContainsFunc(differenceColumns[:], func(name string) bool {
		k := t.Column(name)
		return k >= 0 && slices.ContainsFunc(t.Against.Differences, func(of []comparison.Difference) bool { return of[k].Untested == "" })
	})
}

// differenceTitle names a column and the unit of its differences.
func differenceTitle(c comparison.Column) string {
	if c.Percent {
		return c.Title() + " (percentage points)"
	}
	return c.Header
}

// differenceTable has a row for each row of a table but the baseline.
func differenceTable(t comparison.Table, column int) string {
	c := t.Columns[column]
	header := append(append([]string{"Loss"}, t.Axes...), "Shared seeds", "Difference", "95 % interval", "p", "Sign-flip p", "Effect")
	right := make([]bool, len(header))
	for i := 1 + len(t.Axes); i < len(header); i++ {
		right[i] = true
	}
	var rows [][]string
	for i, row := range t.Rows {
		if i == t.Against.Baseline {
			continue
		}
		d := t.Against.Differences[i][column]
		cells := append([]string{row.Label}, row.Values...)
		cells = append(cells, strconv.Itoa(d.N), c.FormatDifference(d), c.FormatDifferenceInterval(d),
			comparison.FormatP(d.Holm), d.FormatSignFlip(), comparison.FormatEffect(d.Effect))
		for k := range cells {
			cells[k] = escape(cells[k])
		}
		rows = append(rows, cells)
	}
	return pipeTable(header, right, rows)
}

// againstNote explains the columns; the sizes are those of the families of tests.
func againstNote(sizes map[int]bool) string {
	family := "all tests of that metric in this report"
	if all := sortedKeys(sizes); len(all) == 1 {
		family = "the " + plural(all[0], "test") + " of that metric in this report"
	}
	return "Each loss less " + escape(baseline) + ", over the seeds that both have: the mean of the differences with Student's 95 % interval. p is that of the " +
		"paired t-test after Holm's correction over " + family + ", and decides: up to 0.05 a difference counts as significant. Beside it stand the exact " +
		"sign-flip test, uncorrected, which assumes no distribution; and the effect, Hedges' g of the differences: their mean in units of their " +
		"standard deviation, corrected for few seeds."
}

// footnotes writes what is to be known of the numbers of a table.
func footnotes(b *strings.Builder, t comparison.Table, warnings []comparison.Warning) {
	notes := t.Footnotes(warnings)
	for i := range notes {
		notes[i] = escape(notes[i])
	}
	paragraph(b, strings.Join(notes, " "))
}
