package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"experiment/internal/run"
)

// ColumnNames lists the fields that are neither settings nor metrics.
func ColumnNames() []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// allConfigs reads every configuration.
const allConfigs = "SELECT config FROM runs"

// unknownField returns the error for a name that is no field, with all that are.
func unknownField(ctx context.Context, tx *sql.Tx, name string) error {
	settings, err := settingNames(ctx, tx, allConfigs)
	if err != nil {
		return err
	}
	return &UnknownFieldError{Field: name, Known: fieldNames(settings)}
}

// fieldNames lists columns, settings and metrics, each name once.
func fieldNames(settings []string) []string {
	names := ColumnNames()
	for _, name := range settings {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return append(names, run.MetricNames[:]...)
}

// FieldValues lists the values that a field has in the recorded runs, sorted, or none where they are more than most.
func (r *Reader) FieldValues(ctx context.Context, name string, most int) ([]any, error) {
	var values []any
	err := r.view(ctx, func(tx *sql.Tx) error {
		s, err := Filter{}.selection(ctx, tx)
		if err != nil {
			return err
		}
		f, err := s.findField(ctx, tx, name)
		if err != nil {
			return err
		}
		s.order, s.end = []string{"1"}, []any{most + 1}
		query, args := s.sql("DISTINCT "+f.expression, f.args...)
		return scan(ctx, tx, func(rows *sql.Rows) error {
			var value any
			err := rows.Scan(&value)
			if value != nil {
				values = append(values, f.decode(value))
			}
			return err
		}, query, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the values of %s: %w", name, err)
	}
	if len(values) > most {
		return nil, nil
	}
	return values, nil
}
