package report

import (
	"fmt"
	"math"
	"slices"

	"experiment/internal/comparison"
	"experiment/internal/run"
	"experiment/internal/stats"
)

// What a figure shows of a large study. Tables show everything.
const (
	sectionsShown = 8  // sections that have a figure of a kind
	panelsShown   = 32 // rows of a section that have a panel or a mark
	markedPoints  = 30 // points of a curve that have marks
	curvesShown   = 12 // curves of one chart, each before and after temperature scaling
)

// first returns the sections that have figures, and what is to be said of the others.
func first[S any](sections []S) (shown []S, note string) {
	if len(sections) <= sectionsShown {
		return sections, ""
	}
	return sections[:sectionsShown], fmt.Sprintf(" Of %s combinations of settings, the first %d in the order of the sweep are shown.", thousands(len(sections)), sectionsShown)
}

// chosen returns the groups of a section that have panels, in their order, and what is to be said of the others.
func chosen(groups []*comparison.Group) (shown []*comparison.Group, note string) {
	if len(groups) <= panelsShown {
		return groups, ""
	}
	keep := extremeGroups(groups)
	var others []int
	for i := range groups {
		if !slices.Contains(keep, i) {
			others = append(others, i)
		}
	}
	keep = append(keep, spread(others, panelsShown-len(keep))...)
	slices.Sort(keep)
	for _, i := range keep {
		shown = append(shown, groups[i])
	}
	return shown, fmt.Sprintf("%d of %s rows are shown: %s where it is one, those with the least and the greatest ECE before temperature scaling, and others spread evenly over the sweep.",
		len(shown), thousands(len(groups)), escape(baseline))
}

// extremeGroups returns the places of the first group of the baseline, and of the least and the greatest ECE.
func extremeGroups(groups []*comparison.Group) []int {
	base := slices.IndexFunc(groups, func(g *comparison.Group) bool { return g.Loss == baseline })
	least, greatest := -1, -1
	low, high := math.Inf(1), math.Inf(-1)
	for i, g := range groups {
		mean := stats.Summarise(g.Values(run.Test, plain, "ece")).Mean
		if mean < low {
			least, low = i, mean
		}
		if mean > high {
			greatest, high = i, mean
		}
	}
	var places []int
	for _, i := range []int{base, least, greatest} {
		if i >= 0 && !slices.Contains(places, i) {
			places = append(places, i)
		}
	}
	return places
}

// crowdNote says what is shown where a chart could have so many curves.
func crowdNote(curves int) string {
	if curves <= curvesShown {
		return ""
	}
	return fmt.Sprintf(" Of more than %d curves of a chart, %d are shown, spread evenly over the sweep.", curvesShown, curvesShown)
}

// mostOfALoss returns the greatest number of groups that one loss has.
func mostOfALoss(groups []*comparison.Group) int {
	most := 0
	for _, loss := range lossesOf(groups) {
		most = max(most, len(ofLoss(groups, loss)))
	}
	return most
}

// spread returns at most so many of the values, of which there are at least two to choose from: the first, the last and
// some between.
func spread[T any](values []T, most int) []T {
	if len(values) <= most {
		return values
	}
	var chosen []T
	for i := range most {
		chosen = append(chosen, values[i*(len(values)-1)/(most-1)])
	}
	return chosen
}
