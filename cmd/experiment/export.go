package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/urfave/cli/v2"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

func (p *program) exportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "runs and metrics as csv, json or jsonl",
		Description: `Writes one row for each finished run, split and calibration, as R and pandas
want them; --status chooses other runs, which have one row without metrics. The
format is csv unless --format or the ending of FILE says otherwise: .json,
.jsonl, .ndjson or .md. Rows of csv, json and jsonl are written as they are
read, so any number of runs can be exported; a FILE is written whole or not at
all.

The columns:
  run, label            the key, and the loss with its parameters
  sweeps                the sweeps that the run belongs to, separated by spaces
  pipeline, dataset, model, loss, seed
  status, reason        how the run ended, and why it did not finish
  device, started       what it was made on, and when (UTC)
  seconds               of training and evaluation
  split                 train, validation or test
  calibration           none, temperature, temperature_ece or vector
  accuracy, nll, ...    the metrics: fractions and nats
  config.SETTING        every setting that one of the runs has

Numbers have all digits that read back as the same number. One that is infinite
is inf; one that is undefined or was not measured is empty, and null in json.
--where speaks of metrics of the test split as trained.

With --history there is one row for each run, epoch, split and name instead:
run, label, dataset, model, loss, seed, status, epoch (counted from 1), split,
name, value. Join them by run.

Examples:
  experiment export > runs.csv
  experiment export --sweep mnist -o mnist.csv
  experiment export --where loss=focal --status finished,failed --format jsonl
  experiment export --history --sweep mnist -o curves.csv`,
		Flags: append(filterFlags(),
			&cli.StringSliceFlag{Name: "status", Usage: "the runs in a `STATUS` (finished), or all: " + statusNames()},
			&cli.BoolFlag{Name: "history", Usage: "what was measured at each epoch"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE`"},
		),
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			wanted, err := p.readExport(c)
			if err != nil {
				return err
			}
			return p.read(c.Context, func(r *store.Reader) error { return p.export(c.Context, r, wanted) })
		},
	}
}

// allStatuses is the value of --status that chooses every run.
const allStatuses = "all"

// exporting is what export is asked for.
type exporting struct {
	filter  store.Filter
	history bool
	path    string // empty for stdout
}

// readExport reads the flags of export, which choose the format too.
func (p *program) readExport(c *cli.Context) (exporting, error) {
	wanted := exporting{store.Filter{Statuses: []run.Status{run.Finished}}, c.Bool("history"), c.String("output")}
	if c.String(flagFormat) == "" {
		p.format = exportFormat(wanted.path)
	}
	if err := p.readFilter(c, &wanted.filter); err != nil {
		return exporting{}, err
	}
	words := c.StringSlice("status")
	switch {
	case len(words) == 0:
	case len(words) == 1 && words[0] == allStatuses:
		wanted.filter.Statuses = nil
	default:
		var err error
		if wanted.filter.Statuses, err = parseStatuses(words); err != nil {
			return exporting{}, err
		}
	}
	return wanted, nil
}

func (p *program) export(ctx context.Context, r *store.Reader, wanted exporting) error {
	var err error
	if wanted.filter.Lost, err = p.lost(ctx, r); err != nil {
		return err
	}
	read := r.ExportScores
	if wanted.history {
		read = r.ExportHistory
	}
	rows := 0
	err = p.writeExport(ctx, wanted.path, func(ctx context.Context, out io.Writer) error {
		return read(ctx, wanted.filter, func(s store.Stream) error { return p.writeTo(out, streamTable(s, &rows)) })
	})
	if err == nil && rows == 0 {
		p.note("no run matches, or none has what was asked for; experiment ls lists the runs")
	}
	return err
}

// writeExport writes an export to stdout or, where there is a path, to that file: whole or, also where a signal stops
// it, not at all.
func (p *program) writeExport(ctx context.Context, path string, write func(context.Context, io.Writer) error) error {
	if path == "" {
		return write(ctx, p.out)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stopper := runner.NewStopper()
	defer runner.NotifySignals(stopper)()
	go func() {
		select {
		case <-stopper.Reached(runner.Graceful):
			cancel()
		case <-ctx.Done():
		}
	}()
	err := writeWhole(path, func(out io.Writer) error { return write(ctx, out) })
	var place *fs.PathError
	switch {
	case err != nil && stopper.Signal() != nil:
		return &runner.Stopped{Signal: stopper.Signal()}
	case errors.As(err, &place) && !errors.Is(err, syscall.ENOSPC):
		return machineFailure(err, "write it elsewhere with -o FILE")
	}
	return err
}

// exportFormat is the format of an export where none is named.
func exportFormat(path string) format {
	switch filepath.Ext(path) {
	case ".json":
		return formatJSON
	case ".jsonl", ".ndjson":
		return formatJSONL
	case ".md":
		return formatMarkdown
	}
	return formatCSV
}

// streamTable is a table of what is exported, which counts its rows.
func streamTable(s store.Stream, rows *int) table {
	var t table
	for _, name := range s.Columns {
		c := column{name: name}
		if name == "run" {
			c.show = shortKey
		}
		t.columns = append(t.columns, c)
	}
	t.rows = func(yield func([]any, error) bool) {
		for row, err := range s.Rows {
			*rows++
			if !yield(row, err) {
				return
			}
		}
	}
	return t
}
