package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/clipperhouse/displaywidth"
	"golang.org/x/term"

	"experiment/internal/run"
)

// gap stands between two columns.
const gap = "  "

// bold is the SGR code of what stands out; Markdown has its own way.
const bold = "1"

// writeText writes the table aligned behind a margin, at most width columns wide where width is not 0:
// what can be spared is left out, what may be shortened is, and a table that is too wide even so is written
// row by row, one value a line.
func (c cells) writeText(out *bufio.Writer, margin string, width int, color bool) error {
	widths := c.widths()
	if width > 0 {
		whole := c
		c, widths = c.narrow(widths, width-len(margin))
		if !shrink(c.columns, widths, width-len(margin)) {
			return whole.writeRows(out, margin, width)
		}
	}
	heading := make([]string, len(c.columns))
	for i, column := range c.columns {
		heading[i] = column.heading()
	}
	c.writeLine(out, margin, heading, slices.Repeat([]string{bold}, len(heading)), widths, color)
	for i, row := range c.rows {
		c.writeLine(out, margin, row, c.colours[i], widths, color)
	}
	return nil
}

func (c cells) widths() []int {
	widths := make([]int, len(c.columns))
	for i, column := range c.columns {
		widths[i] = displaywidth.String(column.heading())
		for _, row := range c.rows {
			widths[i] = max(widths[i], displaywidth.String(row[i]))
		}
	}
	return widths
}

// writeLine writes one line. The last column is not padded, so that no line ends in spaces.
func (c cells) writeLine(out *bufio.Writer, margin string, texts, colours []string, widths []int, color bool) {
	line := margin
	for i, column := range c.columns {
		text := column.elide.shorten(texts[i], widths[i])
		padding := strings.Repeat(" ", max(0, widths[i]-displaywidth.String(text)))
		if color && colours[i] != "" {
			text = "\x1b[" + colours[i] + "m" + text + "\x1b[0m"
		}
		if column.right {
			line += padding + text
		} else {
			line += text + padding
		}
		line += gap
	}
	fmt.Fprintln(out, strings.TrimRight(line, " "))
}

// writeRows writes each row as a block of "name  value" lines.
func (c cells) writeRows(out *bufio.Writer, margin string, width int) error {
	longest := 0
	for _, column := range c.columns {
		longest = max(longest, displaywidth.String(column.heading()))
	}
	for i, row := range c.rows {
		if i > 0 {
			fmt.Fprintln(out)
		}
		for j, column := range c.columns {
			name := column.heading()
			padding := strings.Repeat(" ", longest-displaywidth.String(name))
			value := elideEnd.shorten(row[j], max(leastWidth, width-len(margin)-longest-len(gap)))
			fmt.Fprintln(out, strings.TrimRight(margin+name+padding+gap+value, " "))
		}
	}
	return nil
}

// writeMarkdown writes the table as GitHub reads it.
func (c cells) writeMarkdown(out io.Writer) error {
	escape := strings.NewReplacer("|", `\|`, "\\", `\\`)
	line := func(texts []string) error {
		for i := range texts {
			texts[i] = escape.Replace(texts[i])
		}
		_, err := fmt.Fprintf(out, "| %s |\n", strings.Join(texts, " | "))
		return err
	}
	headings, rules := make([]string, len(c.columns)), make([]string, len(c.columns))
	for i, column := range c.columns {
		headings[i], rules[i] = column.heading(), "---"
		if column.right {
			rules[i] = "---:"
		}
	}
	if err := line(headings); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "| %s |\n", strings.Join(rules, " | ")); err != nil {
		return err
	}
	for i, row := range c.rows {
		for j, colour := range c.colours[i] {
			if colour == bold {
				row[j] = "**" + row[j] + "**"
			}
		}
		if err := line(row); err != nil {
			return err
		}
	}
	return nil
}

// showValue writes a value for people: numbers in six digits, times in UTC to the second.
func showValue(value any) string {
	switch v := value.(type) {
	case run.Number:
		return showValue(float64(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return plain(v)
		}
		return strconv.FormatFloat(v, 'g', 6, 64)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return plain(value)
}

// printable makes a text one line without control characters, which a terminal would obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// width returns how many columns the terminal at stdout has, and 0 where there is none.
func (p *program) width() int {
	file, ok := p.out.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// isTerminal says whether a stream, to be read or written, is one.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
