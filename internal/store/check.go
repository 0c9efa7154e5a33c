package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Health is what a check of the database found.
type Health struct {
	Version  int      // of the schema
	Runs     int      // recorded
	Problems []string // empty if all is well
}

// Check reads the whole database and looks for damage.
func (r *Reader) Check(ctx context.Context) (Health, error) {
	var h Health
	err := r.view(ctx, func(tx *sql.Tx) error {
		var err error
		if h.Version, err = identify(ctx, tx, len(migrations)); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM runs`).Scan(&h.Runs); err != nil {
			return err
		}
		err = scan(ctx, tx, func(rows *sql.Rows) error {
			var line string
			err := rows.Scan(&line)
			if line != "ok" {
				h.Problems = append(h.Problems, line)
			}
			return err
		}, `PRAGMA quick_check`)
		if err != nil {
			return err
		}
		return scan(ctx, tx, func(rows *sql.Rows) error {
			var table, parent string
			var row, constraint sql.NullInt64
			err := rows.Scan(&table, &row, &parent, &constraint)
			h.Problems = append(h.Problems, fmt.Sprintf("a row of %s belongs to a row of %s that is missing", table, parent))
			return err
		}, `PRAGMA foreign_key_check`)
	})
	if err != nil {
		return Health{}, fmt.Errorf("checking the database: %w", err)
	}
	return h, nil
}
