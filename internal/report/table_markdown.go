package report

import (
	"regexp"
	"strings"
	"unicode"

	"experiment/internal/comparison"
)

// Markdown writes the tables, each under what sets it apart, the best of a column in bold.
func (c Comparison) Markdown() string {
	var parts []string
	for _, t := range c.Tables {
		part := gridOf(t).markdown()
		if name := comparison.Title(t.Settings); name != "" {
			part = "**" + escape(name) + "**\n\n" + part
		}
		parts = append(parts, part)
	}
	if len(c.Theory.Rows) > 0 {
		parts = append(parts, "**"+escape(theoryTitle)+"**\n\n"+c.Theory.grid().markdown())
	}
	return strings.Join(parts, "\n")
}

func (g grid) markdown() string {
	alignment := make([]bool, len(g.header))
	for i := range alignment {
		alignment[i] = i >= g.left
	}
	rows := make([][]string, len(g.rows))
	for i, row := range g.rows {
		for _, cell := range row {
			text := escape(cell.text)
			if cell.best {
				text = "**" + text + "**"
			}
			rows[i] = append(rows[i], text)
		}
	}
	return pipeTable(g.header, alignment, rows)
}

// pipeTable writes a Markdown table. Its cells are Markdown already; right tells the columns that are
// aligned to the right.
func pipeTable(header []string, right []bool, rows [][]string) string {
	var b strings.Builder
	writeRow := func(cells []string) {
		b.WriteString("| ")
		b.WriteString(strings.Join(cells, " | "))
		b.WriteString(" |\n")
	}
	writeRow(header)
	marks := make([]string, len(header))
	for i := range marks {
		marks[i] = "---"
		if right[i] {
			marks[i] = "---:"
		}
	}
	writeRow(marks)
	for _, row := range rows {
		writeRow(row)
	}
	return b.String()
}

// markup is what Markdown or HTML would take for more than text. An underscore within a word is text.
const markup = "\\`*|<>[]#~$&"

// escape makes a text safe to stand in a line or a cell of Markdown.
func escape(s string) string {
	var b strings.Builder
	text := []rune(strings.Join(strings.Fields(s), " "))
	inWord := func(i int) bool {
		return i >= 0 && i < len(text) && (unicode.IsLetter(text[i]) || unicode.IsDigit(text[i]))
	}
	for i, r := range text {
		if strings.ContainsRune(markup, r) || r == '_' && !(inWord(i-1) && inWord(i+1)) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// lineStart matches what would begin a list or a rule at the start of a paragraph.
var lineStart = regexp.MustCompile(`^([-+=]|[0-9]{1,9}[.)])`)

// escapeParagraph makes a text safe to be a paragraph of Markdown.
func escapeParagraph(s string) string {
	s = escape(s)
	if at := lineStart.FindStringIndex(s); at != nil {
		return s[:at[1]-1] + "\\" + s[at[1]-1:]
	}
	return s
}
