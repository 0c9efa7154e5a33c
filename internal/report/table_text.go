package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"experiment/internal/comparison"
)

const (
	bold  = "\x1b[1m"
	reset = "\x1b[0m"
)

// Text writes the tables for a terminal of a width in columns; 0 is one without end. A table that is too
// wide continues below, under its labels. The best of a column is bold, or marked by a star without colour.
func (c Comparison) Text(width int, colour bool) (string, error) {
	var parts []string
	for _, t := range c.Tables {
		part, err := gridOf(t).text(width, colour)
		if err != nil {
			return "", err
		}
		if name := comparison.Title(t.Settings); name != "" {
			part = name + "\n" + part
		}
		parts = append(parts, part)
	}
	if len(c.Theory.Rows) > 0 {
		part, err := c.Theory.grid().text(width, colour)
		if err != nil {
			return "", err
		}
		parts = append(parts, theoryTitle+"\n"+part)
	}
	if note := c.textNote(colour); note != "" {
		parts = append(parts, note)
	}
	return strings.Join(parts, "\n"), nil
}

// textNote explains the mark of the best below tables on a terminal, in one line of 80 columns.
func (c Comparison) textNote(colour bool) string {
	mark := "*"
	if colour {
		mark = "Bold"
	}
	marks := comparison.MarksOf(c.Tables)
	switch {
	case !marks.Any:
		return ""
	case !marks.Tested:
		return mark + ": the best mean; nothing was tested, since " + marks.Because
	}
	return mark + ": best, or not significantly different (paired t-test, Holm, level 0.05)"
}

func (g grid) text(width int, colour bool) (string, error) {
	cells := make([][]string, len(g.rows))
	for i, row := range g.rows {
		for k, cell := range row {
			text := cell.text
			if k > g.left { // words and n are never best
				text = marked(cell, colour)
			}
			cells[i] = append(cells[i], text)
		}
	}
	var blocks []string
	for _, columns := range g.blocks(width) {
		block, err := renderText(g, cells, columns)
		if err != nil {
			return "", err
		}
		blocks = append(blocks, block)
	}
	return strings.Join(blocks, "\n"), nil
}

// marked writes a cell so that the digits of a column stay below each other.
func marked(cell gridCell, colour bool) string {
	switch {
	case cell.best && colour:
		return bold + cell.text + reset
	case cell.best:
		return cell.text + "*"
	case colour:
		return cell.text
	default:
		return cell.text + " "
	}
}

// blocks splits the columns so that each block, which repeats the words on the left and n, fits a width.
func (g grid) blocks(width int) [][]int {
	var fixed []int
	used := 0
	for i := range g.left + 1 {
		fixed = append(fixed, i)
		used += g.columnWidth(i)
	}
	blocks := [][]int{fixed[:len(fixed):len(fixed)]}
	total := used
	for i := g.left + 1; i < len(g.header); i++ {
		last := len(blocks) - 1
		if width > 0 && total+g.columnWidth(i) > width && len(blocks[last]) > len(fixed) {
			blocks = append(blocks, fixed[:len(fixed):len(fixed)])
			last, total = last+1, used
		}
		blocks[last] = append(blocks[last], i)
		total += g.columnWidth(i)
	}
	return blocks
}

// columnWidth is how wide a column is with its padding and the mark of the best.
func (g grid) columnWidth(i int) int {
	width, mark := utf8.RuneCountInString(g.header[i]), 0
	if i > g.left {
		mark = 1
	}
	for _, row := range g.rows {
		width = max(width, utf8.RuneCountInString(row[i].text)+mark)
	}
	return width + 2
}

// renderText draws some of the columns, without borders.
func renderText(g grid, cells [][]string, columns []int) (string, error) {
	var b strings.Builder
	alignment := make(tw.Alignment, len(columns))
	header := make([]string, len(columns))
	rows := make([][]string, len(cells))
	for i, column := range columns {
		header[i] = g.header[column]
		alignment[i] = tw.AlignLeft
		if column >= g.left {
			alignment[i] = tw.AlignRight
		}
		for r := range cells {
			rows[r] = append(rows[r], cells[r][column])
		}
	}
	none := tw.Border{Left: tw.Off, Right: tw.Off, Top: tw.Off, Bottom: tw.Off}
	table := tablewriter.NewTable(&b,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: none,
			Symbols: tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
				Lines:      tw.Lines{ShowHeaderLine: tw.On},
			},
		})),
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithHeaderAutoWrap(tw.WrapNone), tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off), tablewriter.WithAlignment(alignment),
	)
	table.Header(header)
	if err := table.Bulk(rows); err != nil {
		return "", fmt.Errorf("filling a table: %w", err)
	}
	if err := table.Render(); err != nil {
		return "", fmt.Errorf("drawing a table: %w", err)
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n"), nil
}
