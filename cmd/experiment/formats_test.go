package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// alike runs a command that lists something in every format, and checks that csv, json and jsonl carry the same
// records, so many as are wanted, and that people see something too: alike 4 experiment ls.
func alike(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: alike N command...")
	}
	written := map[string]string{}
	for _, name := range formatNames() {
		ts.Check(ts.Exec(args[1], append(args[2:len(args):len(args)], "--format", name)...))
		written[name] = ts.ReadFile("stdout")
	}
	records, err := csv.NewReader(strings.NewReader(written["csv"])).ReadAll()
	ts.Check(err)
	if got := strconv.Itoa(len(records) - 1); got != args[0] {
		ts.Fatalf("csv has %s records, want %s", got, args[0])
	}
	for name, decode := range map[string]func(string) ([]json.RawMessage, error){"json": decodeArray, "jsonl": decodeLines} {
		objects, err := decode(written[name])
		ts.Check(err)
		if len(objects) != len(records)-1 {
			ts.Fatalf("%s has %d records, and csv %d", name, len(objects), len(records)-1)
		}
		for i, object := range objects {
			names, values, err := fieldsOf(object)
			ts.Check(err)
			if !reflect.DeepEqual(names, records[0]) || !reflect.DeepEqual(values, records[i+1]) {
				ts.Fatalf("record %d of %s is\n%q\n%q\nand that of csv\n%q\n%q", i+1, name, names, values, records[0], records[i+1])
			}
		}
	}
	for _, name := range []string{"table", "markdown"} {
		if lines := strings.Count(written[name], "\n"); lines < len(records) {
			ts.Fatalf("%s has %d lines for %d records", name, lines, len(records)-1)
		}
	}
}

// decodeArray reads the objects of an array; a plan has it under the name runs.
func decodeArray(text string) ([]json.RawMessage, error) {
	var objects []json.RawMessage
	if strings.HasPrefix(text, "{") {
		var whole struct{ Runs []json.RawMessage }
		err := json.Unmarshal([]byte(text), &whole)
		return whole.Runs, err
	}
	err := json.Unmarshal([]byte(text), &objects)
	return objects, err
}

// decodeLines reads one object a line.
func decodeLines(text string) ([]json.RawMessage, error) {
	var objects []json.RawMessage
	for line := range strings.Lines(text) {
		var object json.RawMessage
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// fieldsOf returns the names of an object in their order, and its values as csv has them.
func fieldsOf(object json.RawMessage) (names, values []string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		return nil, nil, err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, nil, err
		}
		text, err := csvOf(value)
		if err != nil {
			return nil, nil, err
		}
		names, values = append(names, fmt.Sprint(name)), append(values, text)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("after the object comes more: %w", err)
	}
	return names, values, nil
}

// csvOf returns a value of JSON as csv has it.
func csvOf(value json.RawMessage) (string, error) {
	switch value[0] {
	case 'n':
		return "", nil
	case '"':
		var text string
		err := json.Unmarshal(value, &text)
		return text, err
	case '[', '{':
		var compact bytes.Buffer
		err := json.Compact(&compact, value)
		return compact.String(), err
	}
	if _, err := strconv.ParseInt(string(value), 10, 64); err == nil {
		return string(value), nil
	}
	if x, err := strconv.ParseFloat(string(value), 64); err == nil {
		return plain(x), nil
	}
	return string(value), nil
}
