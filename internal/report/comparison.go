package report

import (
	"slices"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// Comparison is what a study found, as tables apart from how they are printed.
type Comparison struct {
	Tables []comparison.Table // of what was trained
	Theory TheoryTable        // of what the theory says
}

// Compare summarises the finished runs among records, which are in the order of their sweep.
func Compare(records []run.Record) Comparison {
	groups := comparison.GroupRecords(slices.DeleteFunc(slices.Clone(records), func(r run.Record) bool { return isTheory(&r) }))
	return Comparison{
		Tables: comparison.Tables(comparison.NewLayout(groups), groups, comparison.Columns(), comparison.OfTest),
		Theory: newTheoryTable(theoryPoints(records)),
	}
}

// Empty says whether there was no finished run.
func (c Comparison) Empty() bool { return len(c.Tables)+len(c.Theory.Rows) == 0 }
