package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"

	"github.com/urfave/cli/v2"

	"experiment/internal/store"
)

// maxSQL is how long a statement read from stdin may be, in bytes.
const maxSQL = 1 << 20

func (p *program) queryCommand() *cli.Command {
	return &cli.Command{
		Name:      "query",
		Usage:     "a read-only SQL query on the database",
		ArgsUsage: "SQL",
		Description: `Runs one SELECT statement of SQLite; "-" reads it from stdin. Nothing can be
changed by it.

The view results has one row for each finished run, split (train, validation,
test) and calibration (none, temperature, temperature_ece, vector): run, label,
dataset, model, loss, loss_parameters, seed, device, seconds, split,
calibration, config, and a column for each metric, such as accuracy, nll, ece,
brier. sweep_runs(sweep, run) says which sweeps a run belongs to.

Examples:
  experiment query "SELECT label, avg(ece) FROM results WHERE split = 'test'
      AND calibration = 'none' GROUP BY label"
  experiment query "SELECT * FROM results" --format csv > results.csv
  experiment query "SELECT json_extract(config, '$.optimizer.lr') AS lr, nll
      FROM results"`,
		Action: func(c *cli.Context) error {
			statement, err := oneArgument(c, "one SQL statement")
			if err != nil {
				return err
			}
			if statement == "-" {
				if statement, err = p.readSQL(); err != nil {
					return err
				}
			}
			return p.read(c.Context, func(r *store.Reader) error { return p.query(c, r, statement) })
		},
	}
}

func (p *program) readSQL() (string, error) {
	text, err := io.ReadAll(io.LimitReader(p.in, maxSQL+1))
	if err != nil {
		return "", fmt.Errorf("reading the query: %w", err)
	}
	if len(text) > maxSQL {
		return "", usageFailure(fmt.Errorf("reading the query: it is longer than %d bytes", maxSQL), "")
	}
	return string(text), nil
}

func (p *program) query(c *cli.Context, r *store.Reader, statement string) error {
	rows, err := r.Query(c.Context, statement)
	if err != nil {
		return statementFailure(err)
	}
	t := table{rows: rows.All()}
	for _, name := range rows.Columns() {
		t.columns = append(t.columns, column{name: name, elide: elideEnd})
	}
	if p.format.forPeople() {
		t, err = alignNumbers(t)
	}
	if err == nil {
		err = p.write(t)
	}
	return statementFailure(errors.Join(err, rows.Close()))
}

// alignNumbers reads the whole table and puts the columns that hold only numbers to the right.
func alignNumbers(t table) (table, error) {
	var rows [][]any
	numbers, texts := make([]bool, len(t.columns)), make([]bool, len(t.columns))
	for row, err := range t.rows {
		if err != nil {
			return table{}, err
		}
		rows = append(rows, slices.Clone(row))
		for i, value := range row {
			switch value.(type) {
			case int64, float64:
				numbers[i] = true
			case string, []byte:
				texts[i] = true
			}
		}
	}
	for i := range t.columns {
		if numbers[i] && !texts[i] {
			t.columns[i].right, t.columns[i].elide = true, elideNever
		}
	}
	t.rows = rowsOf(rows)
	return t, nil
}

// statementFailure is what is wrong with a statement, unless the machine or the database is at fault.
func statementFailure(err error) error {
	if err == nil || errors.Is(err, syscall.EPIPE) || classifyStore(err) != nil || classifySystem(err) != nil {
		return err
	}
	return usageFailure(err, "experiment query --help names the columns of the view results")
}
