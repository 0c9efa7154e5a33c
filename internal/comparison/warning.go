package comparison

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"experiment/internal/run"
	"experiment/internal/stats"
)

// Warning is something to know before numbers of a table are believed.
type Warning struct {
	Row    int    // whose numbers; -1 for those of the whole table
	Text   string // the same words for every row, so that rows can be listed behind them
	Detail string // of this row; may be empty
}

// String writes the warning as it stands beside a single row.
func (w Warning) String() string {
	if w.Detail == "" {
		return w.Text
	}
	return w.Text + " (" + w.Detail + ")"
}

// fewSeeds is below how many seeds intervals and tests say little.
const fewSeeds = 5

// Warnings lists what is to be known of the numbers of some columns, each thing once.
func (t Table) Warnings(columns ...int) []Warning {
	return collect(func(warn warner) {
		for row := range t.Rows {
			t.warnOfHidden(row, warn)
		}
		for row := range t.Rows {
			t.warnOfFewSeeds(row, columns, warn)
		}
		for _, k := range columns {
			for row := range t.Rows {
				t.warnOfFloor(row, k, warn)
			}
		}
		t.warnOfMixed("devices", deviceOf, warn)
		t.warnOfMixed("versions of libtorch", func(p run.Provenance) string { return p.Libtorch }, warn)
	})
}

// DifferenceWarnings lists what is to be known of how rows were set against the baseline in some columns, each thing once.
func (t Table) DifferenceWarnings(columns ...int) []Warning {
	return collect(func(warn warner) {
		if t.Against == nil {
			return
		}
		for _, k := range columns {
			for row := range t.Rows {
				t.warnOfDifference(row, k, warn)
			}
		}
	})
}

// collect returns the warnings that are added, each once.
func collect(add func(warner)) []Warning {
	var warnings []Warning
	seen := map[Warning]bool{}
	add(func(row int, detail, layout string, values ...any) {
		w := Warning{row, fmt.Sprintf(layout, values...), detail}
		if !seen[w] {
			seen[w] = true
			warnings = append(warnings, w)
		}
	})
	return warnings
}

// warner adds a warning: about which row, with which detail, in which words.
type warner func(row int, detail, layout string, values ...any)

func (t Table) warnOfHidden(row int, warn warner) {
	if t.Rows[row].group == nil {
		return
	}
	var parts []string
	for _, h := range t.Rows[row].group.Hidden {
		parts = append(parts, h.Path+" "+listUpTo(h.Values, 5))
	}
	if len(parts) > 0 {
		warn(row, strings.Join(parts, "; "), "runs with other settings are averaged")
	}
}

func (t Table) warnOfFewSeeds(row int, columns []int, warn warner) {
	least := fewSeeds
	for _, k := range columns {
		if n := t.Rows[row].Cells[k].N; n > 0 {
			least = min(least, n)
		}
	}
	if least < fewSeeds {
		warn(row, strconv.Itoa(least), "fewer than five seeds")
	}
}

func (t Table) warnOfFloor(row, column int, warn warner) {
	c, cell := t.Columns[column], t.Rows[row].Cells[column]
	if cell.Mean <= cell.Floor {
		warn(row, c.Format(cell.Floor, c.Digits)+" %", "the %s is not above its noise floor, so it is no evidence of miscalibration", c.Title())
	}
}

func (t Table) warnOfDifference(row, column int, warn warner) {
	if row == t.Against.Baseline || t.Rows[row].Cells[column].N == 0 {
		return
	}
	d := t.Against.Differences[row][column]
	baseline := t.Name(t.Against.Baseline)
	if len(d.Lacking) > 0 {
		warn(row, seedList(d.Lacking), "lacks seeds of %s", baseline)
	}
	if len(d.Extra) > 0 {
		warn(row, seedList(d.Extra), "has seeds that %s lacks", baseline)
	}
	switch d.Untested {
	case "":
	case noSeed, oneSeed:
		warn(row, d.Untested, "not tested against %s", baseline)
		return
	default: // a matter of the metric
		warn(row, d.Untested, "%s not tested against %s", t.Columns[column].Title(), baseline)
		return
	}
	if d.N > stats.MostExact {
		warn(row, "", "the p of the sign-flip test is not exact, since there are more than %d pairs", stats.MostExact)
	}
	if level := 1 - t.Against.Level; d.LeastSignFlip > level {
		warn(row, "p ≥ "+FormatP(d.LeastSignFlip), "too few seeds for the sign-flip test to reach %s", formatLevel(level))
	}
}

// warnOfMixed warns where the runs of a table were not computed on the same.
func (t Table) warnOfMixed(what string, of func(run.Provenance) string, warn warner) {
	counts := map[string]int{}
	rows := map[string][]int{} // in which each was used
	for i, row := range t.Rows {
		if row.group == nil {
			continue
		}
		for _, r := range row.group.Records {
			value := cmp.Or(of(r.Attempt.Provenance), "unknown")
			counts[value]++
			if used := rows[value]; len(used) == 0 || used[len(used)-1] != i {
				rows[value] = append(used, i)
			}
		}
	}
	if len(counts) < 2 {
		return
	}
	var parts []string
	for _, value := range sortedByCount(counts) {
		part := fmt.Sprintf("%s in %s", value, countRuns(counts[value]))
		if len(rows[value]) < len(t.Rows) {
			names := make([]string, len(rows[value]))
			for i, row := range rows[value] {
				names[i] = t.Name(row)
			}
			part += " of " + listUpTo(names, 3)
		}
		parts = append(parts, part)
	}
	warn(-1, strings.Join(parts, "; "), "mixed %s, which may change digits", what)
}

// deviceOf names what a run was computed on; which of several accelerators does not matter.
func deviceOf(p run.Provenance) string {
	kind, _, _ := strings.Cut(p.Device, ":")
	if p.DeviceName != "" {
		kind += " " + p.DeviceName
	}
	return kind
}

// sortedByCount lists the values, the commonest first.
func sortedByCount(counts map[string]int) []string {
	var values []string
	for value := range counts {
		values = append(values, value)
	}
	slices.SortFunc(values, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return values
}

func countRuns(n int) string {
	if n == 1 {
		return "1 run"
	}
	return strconv.Itoa(n) + " runs"
}

func seedList(seeds []int64) string {
	texts := make([]string, len(seeds))
	for i, seed := range seeds {
		texts[i] = strconv.FormatInt(seed, 10)
	}
	return listUpTo(texts, 8)
}

// listUpTo lists the first of some words, and counts the rest.
func listUpTo(words []string, most int) string {
	if len(words) > most {
		return List(words[:most]) + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return List(words)
}

// List writes words between commas or, where one holds a comma itself, between semicolons.
func List(words []string) string { return strings.Join(words, Separator(words)) }

// Separator is what tells words apart in a sentence.
func Separator(words []string) string {
	if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, ", ") }) {
		return "; "
	}
	return ", "
}

func formatLevel(level float64) string {
	return strconv.FormatFloat(math.Round(level*1e6)/1e6, 'g', -1, 64)
}
