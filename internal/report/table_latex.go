package report

import (
	"fmt"
	"strings"
)

// lineOfText is about how many characters of a table fit side by side into the text of LaTeX's class article.
const lineOfText = 92

// environment writes the table as a float. What is wider than the text reaches into both margins alike.
func (t latexTable) environment(label string) string {
	var b strings.Builder
	b.WriteString("\\begin{table}[tbp]\n  \\centering\n")
	fmt.Fprintf(&b, "  \\caption{%s}\n  \\label{tab:%s}\n  \\smallskip\n  \\footnotesize\n  \\setlength{\\tabcolsep}{3pt}\n", latexText(t.caption), label)
	for i, columns := range t.blocks() {
		if i > 0 {
			b.WriteString("\n  \\medskip\n")
		}
		b.WriteString("  \\makebox[\\linewidth][c]{%\n")
		t.tabular(&b, columns)
		b.WriteString("  }\n")
	}
	if len(t.notes) > 0 {
		b.WriteString("\n  \\smallskip\n  \\begin{minipage}{\\linewidth}\n    \\scriptsize\n")
		for i, note := range t.notes {
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString("    " + latexText(note) + "\n")
		}
		b.WriteString("  \\end{minipage}\n")
	}
	b.WriteString("\\end{table}\n")
	return b.String()
}

// blocks returns the columns that stand side by side: all of them or, where these do not fit into the text, those
// of each heading, each time behind the words on the left and n.
func (t latexTable) blocks() [][]int {
	var all []int
	width := 0
	for i := range t.grid.header {
		all = append(all, i)
		width += t.grid.columnWidth(i)
	}
	if width <= lineOfText || t.headings == nil {
		return [][]int{all}
	}
	fixed := t.grid.left + 1
	var blocks [][]int
	for i := fixed; i < len(all); i++ {
		if i == fixed || t.headings[i] != t.headings[i-1] {
			blocks = append(blocks, all[:fixed:fixed])
		}
		blocks[len(blocks)-1] = append(blocks[len(blocks)-1], i)
	}
	return blocks
}

// tabular writes some of the columns, words to the left and numbers to the right, the best of a column in bold.
func (t latexTable) tabular(b *strings.Builder, columns []int) {
	fmt.Fprintf(b, "    \\begin{tabular}{@{}%s%s@{}}\n      \\toprule\n", strings.Repeat("l", t.grid.left), strings.Repeat("r", len(columns)-t.grid.left))
	if t.headings != nil {
		t.writeHeadings(b, columns)
	}
	writeRow := func(text func(column int) string) {
		cells := make([]string, len(columns))
		for i, column := range columns {
			cells[i] = text(column)
		}
		b.WriteString("      " + strings.Join(cells, " & ") + " \\\\\n")
	}
	writeRow(func(column int) string { return latexText(t.grid.header[column]) })
	b.WriteString("      \\midrule\n")
	for _, row := range t.grid.rows {
		writeRow(func(column int) string {
			text := latexText(row[column].text)
			if row[column].best {
				return "\\textbf{\\boldmath " + text + "}"
			}
			return text
		})
	}
	b.WriteString("      \\bottomrule\n    \\end{tabular}%\n")
}

// writeHeadings writes what stands above the headers, each with a rule below it.
func (t latexTable) writeHeadings(b *strings.Builder, columns []int) {
	var cells, rules []string
	for first := 0; first < len(columns); {
		heading, last := t.headings[columns[first]], first
		for heading != "" && last+1 < len(columns) && t.headings[columns[last+1]] == heading {
			last++
		}
		cell := ""
		if heading != "" {
			cell = fmt.Sprintf("\\multicolumn{%d}{c}{%s}", last-first+1, latexText(heading))
			rules = append(rules, fmt.Sprintf("\\cmidrule(lr){%d-%d}", first+1, last+1))
		}
		cells = append(cells, cell)
		first = last + 1
	}
	fmt.Fprintf(b, "      %s \\\\\n      %s\n", strings.Join(cells, " & "), strings.Join(rules, " "))
}
