package predictions

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// readCSV reads a table of numbers separated by commas, fields quoted or not. The first line may hold names
// of columns: text, or the numbers 0, 1, 2 ... that pandas gives to three columns and more. Its errors say
// file:line:column, counted from 1, the column in bytes.
func readCSV(name string, in *bufio.Reader) (*Matrix, error) {
	if err := skipMark(in); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	r := csv.NewReader(in)
	r.ReuseRecord = true
	r.FieldsPerRecord = -1
	m := &Matrix{name: name}
	for first := true; ; first = false {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			return nil, fmt.Errorf("%s:%d:%d: %w", name, wrong.Line, wrong.Column, wrong.Err)
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		field, err := m.appendRecord(record, first)
		if err != nil {
			line, column := r.FieldPos(field)
			return nil, fmt.Errorf("%s:%d:%d: %w", name, line, column, err)
		}
	}
}

// skipMark passes over the mark of UTF-8 with which Excel starts a file.
func skipMark(in *bufio.Reader) error {
	const mark = "\ufeff"
	start, err := in.Peek(len(mark))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if string(start) != mark {
		return nil
	}
	_, err = in.Discard(len(mark))
	return err
}

// appendRecord adds a row, or takes the first for names. An error comes with the index of its field.
func (m *Matrix) appendRecord(record []string, first bool) (field int, err error) {
	if first {
		m.Columns = len(record)
		if isHeader(record) {
			return checkHeader(record)
		}
	}
	if len(record) != m.Columns {
		return 0, fmt.Errorf("the number of fields is %d, not %d as before", len(record), m.Columns)
	}
	for i, text := range record {
		v, err := parseNumber(text)
		if err != nil {
			return i, err
		}
		m.values = append(m.values, v)
	}
	m.Rows++
	return 0, nil
}

// isHeader reports whether the first line holds names: none of its fields is a number, or they count the columns.
// Two columns are not enough to tell: 0,1 may be a distribution.
func isHeader(record []string) bool {
	counted, named := len(record) > 2, true
	for i, text := range record {
		counted = counted && text == strconv.Itoa(i)
		_, err := parseNumber(text)
		named = named && err != nil
	}
	return counted || named
}

// checkHeader refuses a column without a name, which is the index of a table that pandas wrote.
func checkHeader(record []string) (field int, err error) {
	for i, text := range record {
		if strings.TrimSpace(text) == "" {
			return i, errors.New("a column has no name: if it is an index, write the file without it (index=False)")
		}
	}
	return 0, nil
}

func parseNumber(text string) (float64, error) {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return 0, errors.New("the field is empty, not a number")
	}
	v, err := strconv.ParseFloat(trimmed, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%q is out of the range of float64", clip(trimmed))
	case err != nil || strings.ContainsAny(trimmed, "_xX"):
		return 0, fmt.Errorf("%q is not a number", clip(trimmed))
	}
	return v, nil
}

// clip shortens what an error quotes.
func clip(text string) string {
	if len(text) > 40 {
		return text[:40] + "..."
	}
	return text
}
