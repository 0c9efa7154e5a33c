package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"experiment/internal/run"
)

// Measures names metrics of one split and calibration.
type Measures struct {
	Split       run.Split
	Calibration run.Calibration
	Names       []string // of run.MetricNames, each once
}

// Measured returns the runs that a filter chooses as Records does, with less of each: of the attempt that decides its
// state there are some metrics and nothing else. It takes a small part of the time and memory.
func (r *Reader) Measured(ctx context.Context, f Filter, m Measures) ([]run.Record, error) {
	return r.records(ctx, func(tx *sql.Tx) ([]run.Record, error) { return readMeasured(ctx, tx, f, m) })
}

func readMeasured(ctx context.Context, tx *sql.Tx, f Filter, m Measures) ([]run.Record, error) {
	s, err := f.selection(ctx, tx)
	if err != nil {
		return nil, err
	}
	var key, label, config, status, undefined sql.RawBytes
	var names interned
	var configs run.ConfigReader
	values := make([]real, len(m.Names))
	columns, targets := "runs.key, runs.label, runs.config, runs.status, measured.undefined", []any{&key, &label, &config, &status, &undefined}
	for i, name := range m.Names {
		if !slices.Contains(run.MetricNames[:], name) {
			return nil, fmt.Errorf("metric %q is unknown", name)
		}
		columns += ", measured." + name
		targets = append(targets, &values[i])
	}
	s.join("LEFT JOIN scores AS measured ON measured.attempt = runs.attempt AND measured.split = ? AND measured.calibration = ?",
		string(m.Split), string(m.Calibration))
	query, args := s.sql(columns)
	records, err := f.room(ctx, tx)
	if err != nil {
		return nil, err
	}
	err = scan(ctx, tx, func(rows *sql.Rows) (err error) {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		r := run.Record{Run: run.Run{Key: run.Key(key), Label: names.text(label)}, Status: run.Status(names.text(status))}
		if r.Config, err = configs.Read(config); err == nil {
			r.Attempt.Result.Metrics, err = m.metrics(values, undefined)
		}
		if err != nil {
			return fmt.Errorf("run %s: %w", r.Key.Short(), err)
		}
		records = append(records, r)
		return nil
	}, query, args...)
	return records, err
}

// metrics returns those of the measures that a run has, given their values, NaN where there is none, and the JSON list of
// metrics that were measured and have no value, empty where nothing was measured.
func (m Measures) metrics(values []real, undefined []byte) ([]run.Metric, error) {
	var without []string
	if len(undefined) > len("[]") {
		if err := json.Unmarshal(undefined, &without); err != nil {
			return nil, fmt.Errorf("reading undefined metrics: %w", err)
		}
	}
	metrics := make([]run.Metric, 0, len(values))
	for i, name := range m.Names {
		if !math.IsNaN(float64(values[i])) || slices.Contains(without, name) {
			metrics = append(metrics, run.Metric{Split: m.Split, Calibration: m.Calibration, Name: name, Value: run.Number(values[i])})
		}
	}
	return metrics, nil
}
