package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"time"

	"experiment/internal/run"
)

// writeCSV writes a header and the rows. What is undefined is an empty field.
func writeCSV(out io.Writer, t table) error {
	w := csv.NewWriter(out)
	fields := make([]string, len(t.columns))
	for i, c := range t.columns {
		fields[i] = c.name
	}
	if err := w.Write(fields); err != nil {
		return err
	}
	for row, err := range t.rows {
		if err != nil {
			return err
		}
		for i, value := range row {
			fields[i] = plain(value)
		}
		if err := w.Write(fields); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// writeJSON writes an array of objects, one a line, keyed by column name in the order of the columns.
func writeJSON(out io.Writer, t table) error {
	separator := "[\n  "
	for object, err := range t.objects() {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s%s", separator, object); err != nil {
			return err
		}
		separator = ",\n  "
	}
	end := "\n]\n"
	if separator == "[\n  " {
		end = "[]\n"
	}
	_, err := io.WriteString(out, end)
	return err
}

// writeJSONLines writes one object a line.
func writeJSONLines(out io.Writer, t table) error {
	for object, err := range t.objects() {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n", object); err != nil {
			return err
		}
	}
	return nil
}

// objects gives the rows as JSON objects, keyed by column name in the order of the columns.
func (t table) objects() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for row, err := range t.rows {
			var object []byte
			if err == nil {
				object, err = objectOf(t.columns, row)
			}
			if !yield(object, err) {
				return
			}
		}
	}
}

func objectOf(columns []column, row []any) ([]byte, error) {
	object := []byte{'{'}
	for i, value := range row {
		if i > 0 {
			object = append(object, ',')
		}
		name, err := marshal(columns[i].name)
		if err != nil {
			return nil, err
		}
		text, err := marshal(value)
		if err != nil {
			return nil, fmt.Errorf("encoding column %s: %w", columns[i].name, err)
		}
		object = append(append(append(object, name...), ':'), text...)
	}
	return append(object, '}'), nil
}

// marshal encodes a value as JSON without escaping HTML. A number that is not finite is "inf", "-inf" or
// null, and bytes are text.
func marshal(value any) ([]byte, error) {
	switch v := value.(type) {
	case float64:
		value = run.Number(v)
	case []byte:
		value = string(v)
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// plain writes a value with all its digits: "" for what is undefined, and times as RFC 3339.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case json.RawMessage:
		return string(v)
	case run.Number:
		return plain(float64(v))
	case float64:
		switch {
		case math.IsNaN(v):
			return ""
		case math.IsInf(v, 1):
			return "inf"
		case math.IsInf(v, -1):
			return "-inf"
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(value)
}
