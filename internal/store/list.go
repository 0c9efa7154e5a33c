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
	var key, label, dataset, model, loss, status, reason, device sql.RawBytes
	var names interned
	targets := []any{&key, &label, &dataset, &model, &loss, &row.Seed, &status, &reason, &device, (*real)(&row.Seconds)}
	query, args := s.sql(`runs.key, runs.label, runs.dataset, runs.model, runs.loss, runs.seed, runs.status,
		attempts.reason, attempts.device, attempts.seconds`)
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		row.Key, row.Status = run.Key(key), run.Status(names.text(status))
		row.Label, row.Dataset, row.Model, row.Loss = names.text(label), names.text(dataset), names.text(model), names.text(loss)
		row.Reason, row.Device = names.text(reason), names.text(device)
		list = append(list, row)
		return nil
	}, query, args...)
	return list, err
}
