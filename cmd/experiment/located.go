package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"experiment/internal/store"
)

// namedTexts are flags with their values, each a list of fields.
type namedTexts []struct{ flag, text string }

// classifyField knows what is wrong with conditions, in which it marks the part, and with fields.
func classifyField(err error) *failure {
	var condition *store.ConditionError
	if errors.As(err, &condition) {
		return markedFailure("where", condition.Text, condition.Start, condition.End, condition.Err, fieldHint(condition.Err))
	}
	if _, cause := wrongField(err); cause != nil {
		return &failure{status: statusUsage, cause: err, hint: fieldHint(cause)}
	}
	return nil
}

// wrongField returns the field that an error speaks of, and what is wrong with it; nil where it speaks of none.
func wrongField(err error) (field string, cause error) {
	var unknown *store.UnknownFieldError
	var noMean *store.NoMeanError
	switch {
	case errors.As(err, &unknown):
		return unknown.Field, unknown
	case errors.As(err, &noMean):
		return noMean.Field, noMean
	}
	return "", nil
}

// located marks the field that is wrong where it stands in a list or is the one to sort by. Any other error, those of
// conditions among them, it returns as it is.
func located(err error, lists namedTexts, sort string) error {
	var condition *store.ConditionError
	field, cause := wrongField(err)
	if cause == nil || errors.As(err, &condition) {
		return err
	}
	for _, l := range lists {
		if start, found := placeOf(l.text, field, 1); found {
			return markedFailure(l.flag, l.text, start, start+len(field), cause, fieldHint(cause))
		}
	}
	if strings.TrimPrefix(sort, descendingSign) == field {
		return markedFailure("sort", sort, len(sort)-len(field), len(sort), cause, fieldHint(cause))
	}
	return err
}

// twice says of the first field that stands twice among those of all lists, that it does.
func twice(lists namedTexts) error {
	seen := map[string]bool{}
	for _, l := range lists {
		own := map[string]int{}
		for _, name := range splitList(l.text) {
			own[name]++
			if seen[name] {
				start, _ := placeOf(l.text, name, own[name])
				return markedFailure(l.flag, l.text, start, start+len(name), fmt.Errorf("the field %q stands twice", name), "")
			}
			seen[name] = true
		}
	}
	return nil
}

// placeOf returns where a field stands for the nth time in a list.
func placeOf(text, field string, n int) (start int, found bool) {
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == field {
			if n--; n == 0 {
				return start + strings.Index(part, field), true
			}
		}
		start += len(part) + 1
	}
	return 0, false
}

// markedFailure is wrong usage of a flag, with the part of its value that is wrong marked.
func markedFailure(flag, text string, start, end int, cause error, hint string) *failure {
	return &failure{status: statusUsage, cause: fmt.Errorf("reading --%s: %w\n%s", flag, cause, marked(text, start, end)), hint: hint}
}

// markMargin is how much of a long text is shown before and after the part that is marked, in columns.
const markMargin = 40

// marked writes a text and, on the next line, carets below a part of it, which are one where the part is empty.
func marked(text string, start, end int) string {
	before, part, after := printable(text[:start]), printable(text[start:end]), printable(text[end:])
	if displaywidth.String(before) > markMargin {
		before = ellipsis + tail(before, markMargin-1)
	}
	part = elideMiddle.shorten(part, markMargin)
	after = elideEnd.shorten(after, markMargin)
	carets := strings.Repeat("^", max(1, displaywidth.String(part)))
	return "  " + strings.TrimRight(before+part+after, " ") + "\n  " + strings.Repeat(" ", displaywidth.String(before)) + carets
}

// fieldHint says what to write in the place of what is wrong with a condition or a field.
func fieldHint(err error) string {
	var unknown *store.UnknownFieldError
	var comparison *store.ComparisonError
	var value *store.ValueError
	var noMean *store.NoMeanError
	switch {
	case errors.As(err, &unknown):
		return suggestion(unknown.Field, unknown.Known, listed("fields", unknown.Known))
	case errors.As(err, &comparison):
		return comparisonHint(comparison.Op)
	case errors.As(err, &value) && value.Want == "a number":
		return "numbers are written as 0.05 or 5e-2; metrics are fractions and nats"
	case errors.As(err, &value):
		return ""
	case errors.As(err, &noMean):
		return "name it in --group-by to have a line for each of its values"
	}
	return "for instance --where loss=focal --where 'ece<0.05'"
}

// comparisonHint names the comparison that was meant.
func comparisonHint(op store.Op) string {
	meant := map[store.Op]store.Op{
		"==": store.Equal, "!": store.NotEqual, "<>": store.NotEqual, "=!": store.NotEqual, "!==": store.NotEqual,
		"=<": store.LessOrEqual, "=>": store.GreaterOrEqual, "=~": store.Contains, "~~": store.Contains,
	}[op]
	if meant != "" {
		return fmt.Sprintf("did you mean %s?", meant)
	}
	names := make([]string, len(store.Ops))
	for i, o := range store.Ops {
		names[i] = string(o)
	}
	return "comparisons: " + strings.Join(names, " ")
}
