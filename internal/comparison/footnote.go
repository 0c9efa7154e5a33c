package comparison

import (
	"unicode"
	"unicode/utf8"
)

// rowsNamed is how many rows a footnote names before it counts the others.
const rowsNamed = 6

// Footnotes writes warnings of a table as sentences, each listing the rows that it is about.
func (t Table) Footnotes(warnings []Warning) []string {
	var texts []string
	byText := map[string][]Warning{}
	for _, w := range warnings {
		if byText[w.Text] == nil {
			texts = append(texts, w.Text)
		}
		byText[w.Text] = append(byText[w.Text], w)
	}
	notes := make([]string, len(texts))
	for i, text := range texts {
		notes[i] = capital(text) + ": " + t.whose(byText[text]) + "."
	}
	return notes
}

// whose lists the rows of warnings with the same text, and their details.
func (t Table) whose(warnings []Warning) string {
	rows, same := map[int]bool{}, true
	for _, w := range warnings {
		rows[w.Row] = true
		same = same && w.Detail == warnings[0].Detail
	}
	if warnings[0].Row < 0 {
		return warnings[0].Detail
	}
	if same && len(rows) > 2 {
		switch {
		case len(rows) == len(t.Rows):
			return behind("all rows", warnings[0].Detail)
		case t.Against != nil && len(rows) == len(t.Rows)-1 && !rows[t.Against.Baseline]:
			return behind("all other rows", warnings[0].Detail)
		}
	}
	var parts []string
	for _, w := range warnings {
		parts = append(parts, behind(t.Name(w.Row), w.Detail))
	}
	return listUpTo(parts, rowsNamed)
}

func behind(name, detail string) string {
	if detail == "" {
		return name
	}
	return name + " (" + detail + ")"
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
