package store

import (
	"context"
	"database/sql"
	"fmt"

	"experiment/internal/run"
)

// PeakMemory returns the most resident bytes that a worker had in a finished run that differs from one of the given
// in seed and loss only, and how many of the given have no such sibling.
func (r *Reader) PeakMemory(ctx context.Context, runs []run.Run) (peak int64, unknown int, err error) {
	siblings := map[string]int64{} // by configuration without seed and loss
	err = scan(ctx, r.db, func(rows *sql.Rows) error {
		var config string
		var bytes int64
		err := rows.Scan(&config, &bytes)
		siblings[config] = bytes
		return err
	}, `SELECT json_remove(runs.config, '$.seed', '$.loss'), max(json_extract(attempts.provenance, '$.peak_memory')) AS peak
		FROM runs JOIN attempts ON attempts.id = runs.attempt
		WHERE runs.status = 'finished' GROUP BY 1 HAVING peak > 0`)
	if err != nil {
		return 0, 0, fmt.Errorf("reading the memory of workers: %w", explain(err))
	}
	if len(siblings) == 0 {
		return 0, len(runs), nil
	}
	for _, each := range runs {
		config, err := without(each.Config, "loss.")
		if err != nil {
			return 0, 0, err
		}
		bytes, known := siblings[config]
		if !known {
			unknown++
		}
		peak = max(peak, bytes)
	}
	return peak, unknown, nil
}
