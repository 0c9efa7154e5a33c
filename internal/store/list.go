package store

import (
	"context"
	"database/sql"
	"fmt"

	"experiment/internal/run"
)

// Summary is a run in a line, without configuration, metrics and provenance.
type Summary struct {
	Key     run.Key
	Label   string
	Dataset string
	Model   string
	Loss    string
	Seed    int64
	Status  run.Status
	Reason  string  // why the deciding attempt did not finish
	Device  string  // of the deciding attempt
	Seconds float64 // NaN unless finished
}

// List returns the runs that a filter chooses, in brief.
func (r *Reader) List(ctx context.Context, f Filter) ([]Summary, error) {
	var list []Summary
	err := r.view(ctx, func(tx *sql.Tx) error {
		s, err := f.selection(ctx, tx)
		if err != nil {
			return err
		}
		list, err = readSummaries(ctx, tx, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing runs: %w", err)
	}
	return list, nil
}

func readSummaries(ctx context.Context, tx *sql.Tx, s *selection) ([]Summary, error) {
	var list []Summary
	var row Summary
	var reason, device sql.NullString
	var seconds sql.NullFloat64
	targets := []any{
		&row.Key, &row.Label, &row.Dataset, &row.Model, &row.Loss, &row.Seed, &row.Status, &reason, &device, &seconds,
	}
	query, args := s.sql(`runs.key, runs.label, runs.dataset, runs.model, runs.loss, runs.seed, runs.status,
		attempts.reason, attempts.device, attempts.seconds`)
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		row.Reason, row.Device, row.Seconds = reason.String, device.String, decodeNumber(seconds)
		list = append(list, row)
		return nil
	}, query, args...)
	return list, err
}
