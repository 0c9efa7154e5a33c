package comparison

import (
	"fmt"
	"slices"
	"strings"
)

// BaselineError says that a baseline does not name one row of a table.
type BaselineError struct {
	Baseline string
	Found    []string // rows of one table that it names; fewer than two where it names none
	Field    string   // a setting that it speaks of and no row has; empty where there is none
	Known    []string // the rows that there are
}

func (e *BaselineError) Error() string {
	switch {
	case e.Field != "":
		return fmt.Sprintf("finding the baseline %q: no row has the setting %s", e.Baseline, e.Field)
	case len(e.Found) > 1:
		return fmt.Sprintf("finding the baseline %q: it is several rows: %s", e.Baseline, listUpTo(e.Found, 5))
	}
	return fmt.Sprintf("finding the baseline %q: there is no such row", e.Baseline)
}

// FindBaseline returns the row of each table that a text names, -1 where a table lacks it. The text is a label such as
// "focal γ=3", in ASCII "focal gamma=3", with settings told by columns behind a comma; or conditions on settings,
// "loss=focal, optimizer.lr=0.05", that one row meets. It must name a row of one table at least, and of none more
// than one.
func FindBaseline(tables []Table, text string) ([]int, error) {
	matches := namedLike(text)
	if !anyRow(tables, matches) {
		conditions, ok := parseConditions(text)
		if ok {
			if field := unknownField(tables, conditions); field != "" {
				return nil, &BaselineError{Baseline: text, Field: field, Known: rowNames(tables)}
			}
			matches = func(t Table, row int) bool { return t.Rows[row].meets(conditions) }
		}
	}
	baselines, found := make([]int, len(tables)), false
	for i, t := range tables {
		baselines[i] = -1
		var names []string
		for row := range t.Rows {
			if matches(t, row) {
				baselines[i], found = row, true
				names = append(names, t.Name(row))
			}
		}
		if len(names) > 1 {
			return nil, &BaselineError{Baseline: text, Found: names, Known: rowNames(tables)}
		}
	}
	if !found {
		return nil, &BaselineError{Baseline: text, Known: rowNames(tables)}
	}
	return baselines, nil
}

// namedLike returns what tells whether a row has a name or a label, written in any way.
func namedLike(text string) func(t Table, row int) bool {
	text = PlainLabel(text)
	return func(t Table, row int) bool {
		return PlainLabel(t.Name(row)) == text || PlainLabel(t.Rows[row].Label) == text
	}
}

func anyRow(tables []Table, matches func(t Table, row int) bool) bool {
	for _, t := range tables {
		for row := range t.Rows {
			if matches(t, row) {
				return true
			}
		}
	}
	return false
}

// PlainLabel writes a label as it can be typed anywhere: in lower case, with single spaces and the names of Greek letters.
func PlainLabel(label string) string {
	return greekNames.Replace(strings.Join(strings.Fields(strings.ToLower(label)), " "))
}

// greekNames spells out the letters that labels have.
var greekNames = strings.NewReplacer("α", "alpha", "β", "beta", "γ", "gamma", "ε", "epsilon", "η", "eta", "λ", "lambda", "τ", "tau")

// parseConditions reads conditions between commas, and says whether the text is some.
func parseConditions(text string) ([]Setting, bool) {
	var conditions []Setting
	for part := range strings.SplitSeq(text, ",") {
		field, value, found := strings.Cut(part, "=")
		field, value = strings.TrimSpace(field), strings.TrimSpace(value)
		if !found || field == "" || strings.ContainsAny(field, " \t") {
			return nil, false
		}
		conditions = append(conditions, Setting{pathOfField(field), value})
	}
	return conditions, true
}

// pathOfField is the setting that a short name stands for.
func pathOfField(field string) string {
	switch field {
	case "loss", "model":
		return field + ".name"
	case "dataset":
		return "data.name"
	}
	return field
}

// unknownField returns the first setting of conditions that no row has.
func unknownField(tables []Table, conditions []Setting) string {
	for _, c := range conditions {
		if c.Path != "label" && !anyRow(tables, func(t Table, row int) bool { return t.Rows[row].has(c.Path) }) {
			return c.Path
		}
	}
	return ""
}

func (r Row) has(path string) bool {
	_, ok := r.group.Config.Get(path)
	return ok
}

// meets says whether a row has the settings of all conditions. Numbers are compared as numbers.
func (r Row) meets(conditions []Setting) bool {
	return !slices.ContainsFunc(conditions, func(c Setting) bool {
		if c.Path == "label" {
			return PlainLabel(r.Label) != PlainLabel(c.Value)
		}
		value, ok := r.group.Config.Get(c.Path)
		return !ok || FormatSetting(value) != canonicalSetting(value, c.Value)
	})
}

// rowNames lists the names of the rows of all tables, each once.
func rowNames(tables []Table) []string {
	var names []string
	for _, t := range tables {
		for row := range t.Rows {
			if name := t.Name(row); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
