package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// Health is what a check of the database found.
type Health struct {
	Version  int      // of the schema
	Runs     int      // recorded
	Problems []string // empty if all is well
}

// Check reads the whole database and looks for damage: in its pages and rows, and beside that for rows whose parent is
// missing. Each of the two sees the database as it is at one moment.
func (r *Reader) Check(ctx context.Context) (Health, error) {
	var orphans []string
	var failed error
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		orphans, failed = r.orphans(ctx)
	}()
	h, err := r.health(ctx)
	group.Wait()
	if err = cmp.Or(err, failed); err != nil {
		return Health{}, fmt.Errorf("checking the database: %w", err)
	}
	h.Problems = append(h.Problems, orphans...)
	return h, nil
}

// health says what is wrong with the pages of the database and with the values in its rows.
func (r *Reader) health(ctx context.Context) (Health, error) {
	var h Health
	err := r.view(ctx, func(tx *sql.Tx) error {
		var err error
		if h.Version, err = identify(ctx, tx, len(migrations)); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM runs`).Scan(&h.Runs); err != nil {
			return err
		}
		return scan(ctx, tx, func(rows *sql.Rows) error {
			var line string
			err := rows.Scan(&line)
			if line != "ok" {
				h.Problems = append(h.Problems, line)
			}
			return err
		}, `PRAGMA quick_check`)
	})
	return h, err
}

// orphans names the rows that belong to a row which is missing.
func (r *Reader) orphans(ctx context.Context) (list []string, err error) {
	err = r.view(ctx, func(tx *sql.Tx) error {
		return scan(ctx, tx, func(rows *sql.Rows) error {
			var table, parent string
			var row, constraint sql.NullInt64
			err := rows.Scan(&table, &row, &parent, &constraint)
			list = append(list, fmt.Sprintf("a row of %s belongs to a row of %s that is missing", table, parent))
			return err
		}, `PRAGMA foreign_key_check`)
	})
	return list, err
}
