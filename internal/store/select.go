package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Listing is a table of values: a column for each field, and rows of nil, string, int64, float64 or bool.
type Listing struct {
	Fields []Field
	Rows   [][]any
}

// Select returns the named fields of the runs that a filter chooses, a row for each run.
func (r *Reader) Select(ctx context.Context, f Filter, names []string) (Listing, error) {
	var list Listing
	err := r.view(ctx, func(tx *sql.Tx) error {
		s, err := f.selection(ctx, tx)
		if err != nil {
			return err
		}
		if list.Fields, err = s.findFields(ctx, tx, names); err != nil {
			return err
		}
		list.Rows, err = s.rows(ctx, tx, list.Fields)
		return err
	})
	if err != nil {
		return Listing{}, fmt.Errorf("listing runs: %w", explain(err))
	}
	return list, nil
}

// Count returns how many runs a filter chooses, whatever its limit.
func (r *Reader) Count(ctx context.Context, f Filter) (int, error) {
	var n int
	err := r.view(ctx, func(tx *sql.Tx) error {
		f.Sort, f.Limit = "", 0
		s, err := f.selection(ctx, tx)
		if err != nil {
			return err
		}
		s.order = nil
		query, args := s.sql("count(*)")
		return tx.QueryRowContext(ctx, query, args...).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("counting runs: %w", explain(err))
	}
	return n, nil
}

// expressionsOf returns what a statement reads for fields, and the values to bind.
func expressionsOf(fields []Field) (text string, args []any) {
	expressions := make([]string, len(fields))
	for i, f := range fields {
		expressions[i] = f.expression
		args = append(args, f.args...)
	}
	return strings.Join(expressions, ", "), args
}

// rows reads the values of fields.
func (s *selection) rows(ctx context.Context, tx *sql.Tx, fields []Field) ([][]any, error) {
	expressions, args := expressionsOf(fields)
	query, args := s.sql(expressions, args...)
	var list [][]any
	row := make([]any, len(fields))
	targets := make([]any, len(fields))
	for i := range row {
		targets[i] = &row[i]
	}
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i, f := range fields {
			row[i] = f.decode(row[i])
		}
		list = append(list, slices.Clone(row))
		return nil
	}, query, args...)
	return list, err
}
