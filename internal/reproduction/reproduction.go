// Package reproduction compares what a run gave when it was recorded with what it gives when it is made
// again: every number, every file, and what it was computed on.
package reproduction

import "experiment/internal/run"

// Verdict says how a run that was made again compares with the recorded one.
type Verdict string

// The verdicts.
const (
	Identical Verdict = "identical" // bit for bit, whatever it was computed on
	Different Verdict = "different" // on the same provenance: something is not deterministic, or is damaged
	Elsewhere Verdict = "elsewhere" // numbers differ, and so does what they were computed on
)

// Comparison is what is the same and what is not.
type Comparison struct {
	Numbers     int          // that were compared: metrics, bins of reliability curves and histograms, epochs
	Files       int          // whose checksums were compared
	Added       int          // numbers and files that were not recorded, as of a metric that came later
	Differences []Difference // of numbers, and then of files
	Provenance  []Fact       // known on both sides, and not the same
}

// Verdict weighs the differences.
func (c Comparison) Verdict() Verdict {
	switch {
	case len(c.Differences) == 0:
		return Identical
	case len(c.Provenance) == 0:
		return Different
	}
	return Elsewhere
}

// Compare compares two finished attempts of one run.
func Compare(recorded, again run.Attempt) Comparison {
	var c Comparison
	before, after := numbersOf(recorded), numbersOf(again)
	c.Differences, c.Added = compare(before, after)
	c.Numbers = len(before.order)

	before, after = filesOf(recorded), filesOf(again)
	differences, added := compare(before, after)
	c.Differences, c.Added = append(c.Differences, differences...), c.Added+added
	c.Files = len(before.order)

	c.Provenance = Facts(recorded.Provenance, again.Provenance)
	return c
}
