package sweep

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxSource is the size of the largest sweep file, in bytes.
const maxSource = 1 << 20

// source is a text with a name, for errors to point into.
type source struct {
	name  string
	lines []string
}

// position is a place in a source. Line and column count from 1; line 0 is the source as a whole.
type position struct {
	source *source
	line   int
	column int
}

func (p position) error(hint, message string) *Error {
	e := &Error{File: p.source.name, Message: message, Hint: hint, Line: p.line, Column: p.column}
	if p.line > 0 && p.line <= len(p.source.lines) {
		e.Text = p.source.lines[p.line-1]
	}
	return e
}

// newSource checks that a text can be read at all and returns it without its byte order mark.
func newSource(name string, text []byte, found *problems) (*source, []byte) {
	if len(text) > maxSource {
		whole := position{source: &source{name: name}}
		found.add(whole, "", "the file has %d bytes, and %d is the most", len(text), maxSource)
		return whole.source, nil
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	lines := strings.Split(strings.ToValidUTF8(string(text), "\uFFFD"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
	}
	src := &source{name: name, lines: lines}
	for i, line := range bytes.Split(text, []byte("\n")) {
		if column := unreadable(bytes.TrimSuffix(line, []byte("\r"))); column > 0 {
			found.add(position{src, i + 1, column}, "", "the file is not plain UTF-8 text here")
			return src, nil
		}
	}
	return src, text
}

// unreadable returns the column of the first character that has no place in a text, or 0.
func unreadable(line []byte) int {
	for column := 1; len(line) > 0; column++ {
		r, size := utf8.DecodeRune(line)
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\t' || r == 0x7f || r == '\uFEFF' {
			return column
		}
		line = line[size:]
	}
	return 0
}
