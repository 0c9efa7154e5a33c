package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
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
		names, err := t.encodedNames()
		if err != nil {
			yield(nil, err)
			return
		}
		size := 0
		for row, err := range t.rows {
			var object []byte
			if err == nil {
				object, err = t.appendObject(make([]byte, 0, size), names, row)
			}
			size = len(object) + len(object)/8
			if !yield(object, err) {
				return
			}
		}
	}
}

// encodedNames returns what stands before the value of each column in an object.
func (t table) encodedNames() ([][]byte, error) {
	names := make([][]byte, len(t.columns))
	for i, c := range t.columns {
		name, err := marshal(c.name)
		if err != nil {
			return nil, err
		}
		separator := ","
		if i == 0 {
			separator = "{"
		}
		names[i] = slices.Concat([]byte(separator), name, []byte(":"))
	}
	return names, nil
}

// appendObject appends a row as a JSON object.
func (t table) appendObject(object []byte, names [][]byte, row []any) ([]byte, error) {
	if len(row) == 0 {
		return append(object, "{}"...), nil
	}
	for i, value := range row {
		object = append(object, names[i]...)
		switch v := value.(type) {
		case nil:
			object = append(object, "null"...)
		case int64:
			object = strconv.AppendInt(object, v, 10)
		case bool:
			object = strconv.AppendBool(object, v)
		default:
			text, err := marshal(value)
			if err != nil {
				return nil, fmt.Errorf("encoding column %s: %w", t.columns[i].name, err)
			}
			object = append(object, text...)
		}
	}
	return append(object, '}'), nil
}

// marshal encodes a value as JSON without escaping HTML. A number that is not finite is "inf", "-inf" or
// null, and bytes are text.
func marshal(value any) ([]byte, error) {
	switch v := value.(type) {
	case float64:
		return run.Number(v).MarshalJSON()
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
