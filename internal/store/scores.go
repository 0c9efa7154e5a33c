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
	values      [len(run.MetricNames)]float64 // NaN where there is none
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
		if !math.IsNaN(row.values[column]) || slices.Contains(row.undefined, m.Name) {
			return nil, fmt.Errorf("metric %q stands twice for %s, %s", m.Name, m.Split, m.Calibration)
		}
		row.values[column] = float64(m.Value)
		if math.IsNaN(float64(m.Value)) {
			row.undefined = append(row.undefined, m.Name)
		}
	}
	return rows, nil
}

func newScores(split run.Split, calibration run.Calibration) scores {
	s := scores{split: split, calibration: calibration, undefined: []string{}}
	for i := range s.values {
		s.values[i] = math.NaN()
	}
	return s
}

// metrics returns the metrics of a row in the order of run.MetricNames.
func (s scores) metrics() []run.Metric {
	var metrics []run.Metric
	for i, name := range run.MetricNames {
		if !math.IsNaN(s.values[i]) || slices.Contains(s.undefined, name) {
			metrics = append(metrics, run.Metric{Split: s.split, Calibration: s.calibration, Name: name, Value: run.Number(s.values[i])})
		}
	}
	return metrics
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
			args = append(args, encodeNumber(v))
		}
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return fmt.Errorf("metrics of %s, %s: %w", row.split, row.calibration, err)
		}
	}
	return nil
}

func (a attempts) loadScores(ctx context.Context, tx *sql.Tx, ids string) error {
	var id int64
	var row scores
	var undefined string
	var values [len(run.MetricNames)]sql.NullFloat64
	targets := []any{&id, &row.split, &row.calibration, &undefined}
	for i := range values {
		targets = append(targets, &values[i])
	}
	return scan(ctx, tx, func(rows *sql.Rows) error {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(undefined), &row.undefined); err != nil {
			return fmt.Errorf("reading undefined metrics: %w", err)
		}
		for i, v := range values {
			row.values[i] = decodeNumber(v)
		}
		a[id].Result.Metrics = append(a[id].Result.Metrics, row.metrics()...)
		return nil
	}, `SELECT attempt, split, calibration, undefined, `+scoreColumns+` FROM scores
		WHERE attempt IN (SELECT value FROM json_each(?)) ORDER BY attempt, `+bySplit+`, calibration`, ids)
}
