package main

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"
)

// format is how a table is written.
type format int

const (
	formatTable    format = iota // for people
	formatMarkdown               // for documents
	formatCSV                    // full precision, as the next two
	formatJSON                   // one array of objects
	formatJSONL                  // one object a line
)

func formatNames() []string { return []string{"table", "markdown", "csv", "json", "jsonl"} }

func parseFormat(name string) (format, error) {
	if name == "" {
		return formatTable, nil
	}
	i := slices.Index(formatNames(), name)
	if i < 0 {
		return 0, usageFailure(fmt.Errorf("unknown format %q", name), suggestion(name, formatNames(), "formats: table, markdown, csv, json, jsonl"))
	}
	return format(i), nil
}

// forPeople says whether the format is read by people: rounded, with units.
func (f format) forPeople() bool { return f == formatTable || f == formatMarkdown }

// table is what a command prints: the same rows in every format.
type table struct {
	columns []column
	rows    iter.Seq2[[]any, error]
}

// column is one column of a table.
type column struct {
	name     string           // in csv, json and jsonl
	title    string           // for people; the name where it is empty
	show     func(any) string // for people; showValue where it is nil
	right    bool             // numbers stand to the right
	elide    elision          // how a terminal that is too narrow shortens it
	dataOnly bool             // not for people: left out of table and markdown
	optional bool             // left out for people where no row has a value
	spare    bool             // left out on a terminal that is too narrow, the last such column first
	paint    func(any) string // the colour of a value, as an SGR code; may be nil
}

func (c column) heading() string { return firstOf(c.title, c.name) }

func (c column) display(value any) string {
	if c.show != nil {
		return printable(c.show(value))
	}
	return printable(showValue(value))
}

// rowsOf gives the rows of a table that is known whole.
func rowsOf(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// write writes a table to stdout in the format that was asked for.
func (p *program) write(t table) error { return p.writeTo(p.out, t) }

// writeTo writes a table in the format that was asked for.
func (p *program) writeTo(w io.Writer, t table) error {
	out := bufio.NewWriter(w)
	if err := p.encode(out, t); err != nil {
		return err
	}
	return out.Flush()
}

func (p *program) encode(out *bufio.Writer, t table) error {
	switch p.format {
	case formatCSV:
		return writeCSV(out, t)
	case formatJSON:
		return writeJSON(out, t)
	case formatJSONL:
		return writeJSONLines(out, t)
	}
	cells, err := t.cells()
	if err != nil {
		return err
	}
	if p.format == formatMarkdown {
		return cells.writeMarkdown(out)
	}
	return cells.writeText(out, "", p.width(), p.color)
}
