package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"experiment/internal/run"
)

// scores is a row of the table of that name.
type scores struct {
	split       run.Split
	calibration run.Calibration
	undefined   []string
	values      [len(run.MetricNames)]real // NaN where there is none
}

// scoreColumns are the columns of metrics in the table scores, in the order of run.MetricNames.
var scoreColumns = "scores." + strings.Join(run.MetricNames[:], ", scores.")

// group sorts metrics into rows. It refuses a metric that is unknown or stands twice.
func group(metrics []run.Metric) ([]scores, error) {
	var rows []scores
	for _, m := range metrics {
		column := slices.Index(run.MetricNames[:], m.Name)
		if column < 0 {
			return nil, fmt.Errorf("metric %q is unknown", m.Name)
		}
		at := slices.IndexFunc(rows, func(r scores) bool { return r.split == m.Split && r.calibration == m.Calibration })
		if at < 0 {
			at = len(rows)
			rows = append(rows, newScores(m.Split, m.Calibration))
		}
		row := &rows[at]
		if !math.IsNaN(float64(row.values[column])) || slices.Contains(row.undefined, m.Name) {
			return nil, fmt.Errorf("metric %q stands twice for %s, %s", m.Name, m.Split, m.Calibration)
		}
		row.values[column] = real(m.Value)
		if math.IsNaN(float64(m.Value)) {
			row.undefined = append(row.undefined, m.Name)
		}
	}
	return rows, nil
}

func newScores(split run.Split, calibration run.Calibration) scores {
	s := scores{split: split, calibration: calibration, undefined: []string{}}
	for i := range s.values {
		s.values[i] = real(math.NaN())
	}
	return s
}

// appendTo appends the metrics of a row in the order of run.MetricNames.
func (s *scores) appendTo(metrics []run.Metric) []run.Metric {
	for i, name := range run.MetricNames {
		if !math.IsNaN(float64(s.values[i])) || slices.Contains(s.undefined, name) {
			metrics = append(metrics, run.Metric{Split: s.split, Calibration: s.calibration, Name: name, Value: run.Number(s.values[i])})
		}
	}
	return metrics
}

// count returns how many metrics a row has.
func (s *scores) count() int {
	n := len(s.undefined)
	for _, v := range s.values {
		if !math.IsNaN(float64(v)) {
			n++
		}
	}
	return n
}

func putScores(ctx context.Context, tx *sql.Tx, id int64, metrics []run.Metric) error {
	rows, err := group(metrics)
	if err != nil {
		return err
	}
	statement := "INSERT INTO scores (attempt, split, calibration, undefined, " + strings.Join(run.MetricNames[:], ", ") +
		") VALUES (?, ?, ?, ?" + strings.Repeat(", ?", len(run.MetricNames)) + ")"
	for _, row := range rows {
		undefined, err := json.Marshal(row.undefined)
		if err != nil {
			return err
		}
		args := []any{id, string(row.split), string(row.calibration), string(undefined)}
		for _, v := range row.values {
			args = append(args, encodeNumber(float64(v)))
		}
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return fmt.Errorf("metrics of %s, %s: %w", row.split, row.calibration, err)
		}
	}
	return nil
}

func (a attempts) loadScores(ctx context.Context, tx *sql.Tx, of rowsOf) error {
	var id, current int64
	var row scores
	var split, calibration, undefined sql.RawBytes
	var names interned
	var all []scores // of one attempt
	targets := []any{&id, &split, &calibration, &undefined}
	for i := range row.values {
		targets = append(targets, &row.values[i])
	}
	finish := func() {
		if len(all) > 0 {
			a[current].Result.Metrics = metricsOf(all)
			all = all[:0]
		}
	}
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if id != current {
			finish()
			current = id
		}
		row.split, row.calibration, row.undefined = run.Split(names.text(split)), run.Calibration(names.text(calibration)), nil
		if string(undefined) != "[]" {
			if err := json.Unmarshal(undefined, &row.undefined); err != nil {
				return fmt.Errorf("reading undefined metrics: %w", err)
			}
		}
		all = append(all, row)
		return nil
	}, `SELECT attempt, split, calibration, undefined, `+scoreColumns+` FROM scores
		WHERE `+of.where+` ORDER BY attempt, split, calibration`, of.ids)
	finish()
	return err
}

// metricsOf returns the metrics of an attempt, whose rows are sorted by split and calibration, as a run meets the splits.
func metricsOf(all []scores) []run.Metric {
	sortBySplit(all, func(s *scores) run.Split { return s.split })
	total := 0
	for i := range all {
		total += all[i].count()
	}
	metrics := make([]run.Metric, 0, total)
	for i := range all {
		metrics = all[i].appendTo(metrics)
	}
	return metrics
}
