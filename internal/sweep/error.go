package sweep

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Error says what is wrong with a sweep, and where.
type Error struct {
	File    string // as given to Load or Parse; "--set key=value" for an override
	Line    int    // counted from 1; 0 where there is no line to point at
	Column  int    // in characters, counted from 1
	Message string
	Hint    string // what to do about it, empty where there is nothing to say
	Text    string // the line itself, empty where there is none
}

// Error returns "FILE:LINE:COLUMN: message", below it the line with a mark under the column, and the hint.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	b.WriteString(e.Message)
	if e.Text != "" {
		excerpt, column := e.excerpt()
		fmt.Fprintf(&b, "\n  %s\n  %s^", excerpt, strings.Repeat(" ", column))
	}
	if e.Hint != "" {
		b.WriteString("\n  ")
		b.WriteString(e.Hint)
	}
	return b.String()
}

// excerptWidth is how much of a line is shown, in characters; of a longer one, the part around the column.
const excerptWidth = 100

// excerpt returns the line around the column, with control characters made harmless, and the width of
// what stands before the column.
func (e *Error) excerpt() (text string, width int) {
	line := []rune(strings.Map(printable, e.Text))
	column := min(max(e.Column-1, 0), len(line))
	start := max(0, min(column-excerptWidth/2, len(line)-excerptWidth))
	end := min(start+excerptWidth, len(line))
	before, after := "", ""
	if start > 0 {
		before = "…"
	}
	if end < len(line) {
		after = "…"
	}
	head := before + string(line[start:column])
	return head + string(line[column:end]) + after, displaywidth.String(head)
}

func printable(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case r < ' ' || r >= 0x7f && r < 0xa0:
		return '\uFFFD'
	}
	return r
}

// maxErrors is how many errors are reported at once.
const maxErrors = 10

// problems collects the errors and warnings of one sweep.
type problems struct {
	errors   []*Error
	warnings []*Error
}

func (p *problems) add(at position, hint, format string, values ...any) {
	p.errors = appendNew(p.errors, at.error(hint, fmt.Sprintf(format, values...)))
}

func (p *problems) warn(at position, hint, format string, values ...any) {
	p.warnings = appendNew(p.warnings, at.error(hint, fmt.Sprintf(format, values...)))
}

// appendNew appends e unless the same was said before, or more than anybody reads: one past the most
// that are shown is kept, so that it can be said that there are more.
func appendNew(list []*Error, e *Error) []*Error {
	if len(list) > maxErrors || slices.ContainsFunc(list, func(o *Error) bool { return *o == *e }) {
		return list
	}
	return append(list, e)
}

// err joins what was found in the order of the file, or returns nil where there is nothing.
func (p *problems) err() error {
	sorted := slices.Clone(p.errors)
	slices.SortStableFunc(sorted, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var list []error
	for i, e := range sorted {
		if i == maxErrors {
			list = append(list, errors.New("there are more errors"))
			break
		}
		list = append(list, e)
	}
	return errors.Join(list...)
}
