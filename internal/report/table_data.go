package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// named is a value of a record and what it is called.
type named struct {
	name  string
	value any // string, int or run.Number
}

// records writes every row as values under the same names in the same order, in fractions and nats.
func (c Comparison) records() [][]named {
	columns := c.columns()
	var records [][]named
	for _, t := range c.Tables {
		for _, row := range t.Rows {
			var record []named
			for _, s := range t.Settings {
				record = append(record, named{s.Path, s.Value})
			}
			record = append(record, named{"label", row.Label})
			for i, path := range t.Axes {
				record = append(record, named{path, row.Values[i]})
			}
			record = append(record, named{"n", row.N})
			for _, column := range columns {
				cell := cellOf(t, row, column)
				record = append(record,
					named{column + "_mean", run.Number(cell.Mean)}, named{column + "_sd", run.Number(cell.SD)}, named{column + "_n", cell.N})
			}
			records = append(records, record)
		}
	}
	return append(records, c.Theory.records()...)
}

// columns lists the names of the columns of all tables once, in the order of listings.
func (c Comparison) columns() []string {
	seen := map[string]bool{}
	for _, t := range c.Tables {
		for _, column := range t.Columns {
			seen[column.Name] = true
		}
	}
	var names []string
	for _, column := range comparison.Columns() {
		if seen[column.Name] {
			names = append(names, column.Name)
		}
	}
	return names
}

// cellOf returns the cell of a row in the column of that name; an empty one where the table lacks it.
func cellOf(t comparison.Table, row comparison.Row, name string) comparison.Cell {
	for i, column := range t.Columns {
		if column.Name == name {
			return row.Cells[i]
		}
	}
	empty := comparison.Cell{}
	empty.Mean, empty.SD = math.NaN(), math.NaN()
	return empty
}

// CSV writes one line for each row under a line of names. What is undefined is empty, as is what a row of
// another kind has.
func (c Comparison) CSV() ([]byte, error) {
	records := c.records()
	var lines [][]string
	names := namesOf(records)
	for i, record := range records {
		if i == 0 {
			lines = append(lines, names)
		}
		line := make([]string, len(names))
		for _, field := range record {
			line[slices.Index(names, field.name)] = field.csv()
		}
		lines = append(lines, line)
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(lines); err != nil {
		return nil, fmt.Errorf("writing csv: %w", err)
	}
	return b.Bytes(), nil
}

// namesOf lists the names of all records, each once.
func namesOf(records [][]named) []string {
	var names []string
	for _, record := range records {
		for _, field := range record {
			if !slices.Contains(names, field.name) {
				names = append(names, field.name)
			}
		}
	}
	return names
}

func (n named) csv() string {
	number, ok := n.value.(run.Number)
	switch v := float64(number); {
	case !ok:
		return fmt.Sprint(n.value)
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	default:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
}

// JSON writes an array with one object for each row.
func (c Comparison) JSON() ([]byte, error) {
	objects, err := c.objects()
	if err != nil {
		return nil, err
	}
	if len(objects) == 0 {
		return []byte("[]\n"), nil
	}
	return append(append([]byte("[\n  "), bytes.Join(objects, []byte(",\n  "))...), "\n]\n"...), nil
}

// JSONLines writes one object a line for each row.
func (c Comparison) JSONLines() ([]byte, error) {
	objects, err := c.objects()
	if err != nil {
		return nil, err
	}
	var b []byte
	for _, o := range objects {
		b = append(append(b, o...), '\n')
	}
	return b, nil
}

func (c Comparison) objects() ([][]byte, error) {
	var objects [][]byte
	for _, record := range c.records() {
		object := []byte{'{'}
		for i, field := range record {
			if i > 0 {
				object = append(object, ',')
			}
			value, err := json.Marshal(field.value)
			if err != nil {
				return nil, fmt.Errorf("writing %s as json: %w", field.name, err)
			}
			object = strconv.AppendQuote(object, field.name)
			object = append(append(object, ':'), value...)
		}
		objects = append(objects, append(object, '}'))
	}
	return objects, nil
}
