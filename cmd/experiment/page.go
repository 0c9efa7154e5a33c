package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// page writes text for people that is not one table: headings, settings and tables below each other, as
// plain text or as Markdown.
type page struct {
	out      *bufio.Writer
	program  *program
	markdown bool
	margin   string // of tables
	err      error  // the first of a table that could not be written
}

func (p *program) newPage() *page {
	return &page{out: bufio.NewWriter(p.out), program: p, markdown: p.format == formatMarkdown}
}

// heading starts a section.
func (g *page) heading(text string) {
	switch text = printable(text); {
	case g.markdown:
		fmt.Fprintf(g.out, "## %s\n\n", text)
	case g.program.color:
		fmt.Fprintf(g.out, "\x1b[1m%s\x1b[0m\n", text)
	default:
		fmt.Fprintln(g.out, text)
	}
}

func (g *page) blank() { fmt.Fprintln(g.out) }

// indented writes a paragraph below a heading, folded to the width of the terminal.
func (g *page) indented(text string) { g.folded("  ", 4, text) }

// folded writes a text behind a start, and folds it to the width of the terminal below a margin.
func (g *page) folded(start string, margin int, text string) {
	for _, line := range fold(start, margin, printable(text), g.program.width()) {
		fmt.Fprintln(g.out, line)
	}
}

// pairs writes names and values as two columns; pairs without a value are left out.
func (g *page) pairs(pairs [][2]string) {
	var rows [][]any
	for _, pair := range pairs {
		if pair[1] != "" {
			rows = append(rows, []any{pair[0], pair[1]})
		}
	}
	if g.markdown {
		g.table(table{columns: []column{{name: "setting"}, {name: "value"}}, rows: rowsOf(rows)})
		return
	}
	widest := 0
	for _, row := range rows {
		widest = max(widest, displaywidth.String(plain(row[0])))
	}
	for _, row := range rows {
		name := plain(row[0])
		fmt.Fprintf(g.out, "  %s%s   %s\n", name, strings.Repeat(" ", widest-displaywidth.String(name)), printable(plain(row[1])))
	}
}

// table writes a table below a heading.
func (g *page) table(t table) {
	if g.err != nil {
		return
	}
	cells, err := t.cells()
	if err != nil {
		g.err = err
		return
	}
	if g.markdown {
		g.err = cells.writeMarkdown(g.out)
		return
	}
	g.err = cells.writeText(g.out, g.margin, g.program.width(), g.program.color)
}

func (g *page) flush() error {
	if g.err != nil {
		return g.err
	}
	return g.out.Flush()
}

// section starts a section after another.
func (g *page) section(text string) {
	g.blank()
	g.heading(text)
}
