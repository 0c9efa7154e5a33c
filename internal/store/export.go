package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"experiment/internal/run"
)

// Stream is a table that is read row by row. A row is valid until the next; its values are nil, string, int64, float64
// or bool. An error is the last that Rows yields.
type Stream struct {
	Columns []string
	Rows    iter.Seq2[[]any, error]
}

// The columns of exports before what is measured.
var (
	scoreLead   = []string{"run", "label", "sweeps", "pipeline", "dataset", "model", "loss", "seed", "status", "reason", "device", "started", "seconds"}
	historyLead = []string{"run", "label", "dataset", "model", "loss", "seed", "status"}
)

// settingPrefix stands before the settings in the columns of exports.
const settingPrefix = "config."

// ExportScores passes the metrics of the runs that a filter chooses to use: a row for each run, split and calibration,
// and one for each run that has no metrics. It has the columns of listings, split and calibration, the metrics in the
// order of run.MetricNames, and every setting that one of the runs has, as "config.optimizer.lr".
func (r *Reader) ExportScores(ctx context.Context, f Filter, use func(Stream) error) error {
	return r.export(ctx, f, func(tx *sql.Tx, s *selection) error {
		query, args := s.sql("runs.config")
		settings, err := settingNames(ctx, tx, query, args...)
		if err != nil {
			return err
		}
		s.join("LEFT JOIN scores AS measured ON measured.attempt = runs.attempt")
		s.order = append(s.order, splitOrder("measured"), "measured.calibration")
		more := []string{"split", "calibration"}
		fields, err := s.leadFields(ctx, tx, scoreLead, "measured", append(more, run.MetricNames[:]...))
		if err != nil {
			return err
		}
		return exportRows(ctx, tx, s, fields, settings, use)
	})
}

// ExportHistory passes what was measured at the epochs of the runs that a filter chooses to use: a row for each run,
// epoch, split and name.
func (r *Reader) ExportHistory(ctx context.Context, f Filter, use func(Stream) error) error {
	return r.export(ctx, f, func(tx *sql.Tx, s *selection) error {
		s.join("JOIN epochs ON epochs.attempt = runs.attempt")
		s.order = append(s.order, "epochs.epoch", splitOrder("epochs"), "epochs.name")
		fields, err := s.leadFields(ctx, tx, historyLead, "epochs", []string{"epoch", "split", "name", "value"})
		if err != nil {
			return err
		}
		return exportRows(ctx, tx, s, fields, nil, use)
	})
}

// splitOrder orders the rows of a table as a run meets the splits.
func splitOrder(table string) string {
	return "CASE " + table + ".split WHEN 'train' THEN 0 WHEN 'validation' THEN 1 ELSE 2 END"
}

// export calls read with what a filter chooses, all of one moment.
func (r *Reader) export(ctx context.Context, f Filter, read func(tx *sql.Tx, s *selection) error) error {
	err := r.view(ctx, func(tx *sql.Tx) error {
		s, err := f.selection(ctx, tx)
		if err != nil {
			return err
		}
		return read(tx, s)
	})
	if err != nil {
		return fmt.Errorf("exporting runs: %w", explain(err))
	}
	return nil
}

// leadFields returns the fields that lead a row, and columns of a table that was joined.
func (s *selection) leadFields(ctx context.Context, tx *sql.Tx, lead []string, table string, columns []string) ([]Field, error) {
	fields, err := s.findFields(ctx, tx, lead)
	for _, name := range columns {
		fields = append(fields, Field{Name: name, expression: table + "." + name})
	}
	return fields, err
}

// exportRows passes the fields of the chosen runs to use, and behind them the settings.
func exportRows(ctx context.Context, tx *sql.Tx, s *selection, fields []Field, settings []string, use func(Stream) error) (err error) {
	var columns []string
	for _, f := range fields {
		columns = append(columns, f.Name)
	}
	for _, name := range settings {
		columns = append(columns, settingPrefix+name)
	}
	expressions, args := expressionsOf(fields)
	query, args := s.sql(expressions+", runs.config", args...)
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	e := newExported(len(fields), settings)
	return use(Stream{columns, func(yield func([]any, error) bool) {
		for rows.Next() {
			if err := e.read(rows); !yield(e.row, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, err)
		}
	}})
}

// exported is the row of an export that was read last.
type exported struct {
	row      []any
	targets  []any // of the values before the settings, and then of the configuration
	settings []string
	text     sql.RawBytes // the configuration
	decoded  string       // the one that the settings in row are of
}

func newExported(fields int, settings []string) *exported {
	e := &exported{row: make([]any, fields+len(settings)), settings: settings}
	for i := range fields {
		e.targets = append(e.targets, &e.row[i])
	}
	e.targets = append(e.targets, &e.text)
	return e
}

// read reads the next row. Settings are decoded where they are not those of the row before.
func (e *exported) read(rows *sql.Rows) error {
	if err := rows.Scan(e.targets...); err != nil {
		return err
	}
	if len(e.settings) == 0 || string(e.text) == e.decoded {
		return nil
	}
	e.decoded = string(e.text)
	var config run.Config
	if err := config.UnmarshalJSON(e.text); err != nil {
		return err
	}
	settings := e.row[len(e.row)-len(e.settings):]
	for i, name := range e.settings {
		settings[i], _ = config.Get(name)
	}
	return nil
}
