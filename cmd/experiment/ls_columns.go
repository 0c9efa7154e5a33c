package main

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"experiment/internal/run"
	"experiment/internal/store"
)

// theory are the metrics of runs that compute the theory: lists have them where a run has.
var theory = []string{"focal", "entropy_regularised", "bound_slack", "bound_slack_least"}

// usualColumns are the columns of a list of runs, and usualMeans those of groups.
var (
	usualColumns = append(strings.Fields("run label dataset model loss seed status accuracy nll ece brier seconds device reason"), theory...)
	usualMeans   = append(strings.Fields("accuracy nll ece brier seconds"), theory...)
)

// forData are the usual columns that people are not shown.
var forData = []string{"loss", "brier", "seconds", "device", "reason"}

// listingTable makes a table of what the database lists. The usual columns, where nobody asked for others, are
// those that fit the runs: the metrics of the theory stand where a run has them, and people see those of data and
// models only where there are any.
func listingTable(found store.Listing, usual bool) table {
	var t table
	var kept []int
	groups := slices.ContainsFunc(found.Fields, func(f store.Field) bool { return f.Name == store.GroupRuns })
	for i, f := range found.Fields {
		if usual && slices.Contains(theory, f.Name) && !hasValues(found, "bound_slack") {
			continue
		}
		c := fieldColumn(f)
		if usual {
			c.dataOnly = slices.Contains(forData, f.Name) && !(groups && f.Name == "loss")
			c.spare = !groups && (f.Name == "dataset" || f.Name == "model")
			c.optional = slices.Contains(theory, f.Name) || slices.Contains([]string{"dataset", "model", "accuracy", "nll", "ece"}, f.Name) && untrained(found)
		}
		t.columns, kept = append(t.columns, c), append(kept, i)
	}
	rows := make([][]any, len(found.Rows))
	for i, row := range found.Rows {
		for _, at := range kept {
			value := row[at]
			if value == nil && slices.Contains(store.ColumnNames(), found.Fields[at].Name) && found.Fields[at].Kind == store.Text {
				value = "" // as of a run that was never tried
			}
			rows[i] = append(rows[i], value)
		}
	}
	t.rows = rowsOf(rows)
	return t
}

// hasValues says whether a row has a value, other than an empty text, of the named field.
func hasValues(found store.Listing, name string) bool {
	at := slices.IndexFunc(found.Fields, func(f store.Field) bool { return f.Name == name })
	return at >= 0 && slices.ContainsFunc(found.Rows, func(row []any) bool { return row[at] != nil && row[at] != "" })
}

// untrained says whether no run of a list was trained on data.
func untrained(found store.Listing) bool {
	return !hasValues(found, "dataset") && !hasValues(found, "accuracy")
}

// percentages are the metrics that are fractions, which people read in per cent.
var percentages = strings.Fields(`accuracy error ece mce adaptive_ece classwise_ece debiased_rmsce smooth_ece mean_confidence
	overconfidence ece_noise_floor true_calibration_error`)

// fieldColumn is how a field of runs is shown.
func fieldColumn(f store.Field) column {
	c := column{name: f.Name, right: f.Kind == store.Number}
	switch {
	case f.Name == "run":
		c.show = shortKey
	case f.Name == "label":
		c.elide = elideMiddle
	case f.Name == "status":
		c.paint = statusColour
	case f.Name == "seconds":
		c.show = hundredths
	case f.Name == "nll":
		c.title, c.show = "NLL", decimals
	case f.Name == "ece":
		c.title, c.show = "ECE %", percent
	case f.Name == "entropy_regularised":
		c.title, c.show = "CE - γ·H[q]", decimals
	case slices.Contains(percentages, f.Name):
		c.title, c.show = f.Name+" %", percent
	case f.Name == "bound_slack":
		c.title, c.show = "slack", significant
	case f.Name == "bound_slack_least":
		c.title, c.show = "least slack", significant
	case strings.Contains(f.Name, "_slack"):
		c.show = significant
	case slices.Contains(run.MetricNames[:], f.Name):
		c.show = decimals
	case f.Kind == store.Text:
		c.elide = elideEnd
	}
	return c
}

func shortKey(value any) string { return run.Key(plain(value)).Short() }

// percent writes a fraction in per cent, and nothing where there is none.
func percent(value any) string { return fixed(value, 100, 2) }

// decimals writes a number to four decimals, and nothing where there is none.
func decimals(value any) string { return fixed(value, 1, 4) }

// hundredths writes a number to two decimals, and nothing where there is none.
func hundredths(value any) string { return fixed(value, 1, 2) }

// fixed writes so many times a number to so many decimals, and nothing where there is none.
func fixed(value any, times float64, digits int) string {
	f, ok := value.(float64)
	if !ok || math.IsNaN(f) {
		return ""
	}
	if math.IsInf(f, 0) {
		return plain(f)
	}
	return strconv.FormatFloat(times*f, 'f', digits, 64)
}

// significant writes a number to three significant digits, and nothing where there is none.
func significant(value any) string {
	f, ok := value.(float64)
	if !ok || math.IsNaN(f) {
		return ""
	}
	return strconv.FormatFloat(f, 'g', 3, 64)
}

// statusColour returns red for what failed and yellow for what did not end.
func statusColour(value any) string {
	switch run.Status(plain(value)) {
	case run.Failed, run.Diverged:
		return "31"
	case run.Interrupted, run.Running:
		return "33"
	}
	return ""
}
