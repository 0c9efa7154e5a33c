package store

import (
	"context"
	"database/sql"
	"fmt"

	"experiment/internal/run"
)

// Remove forgets runs, their attempts with all that came out of them, and their places in sweeps, in one
// transaction. Runs that are not recorded are none to forget. The caller must hold the locks of the runs; their
// files are its own business.
func (s *Store) Remove(ctx context.Context, keys []run.Key) error {
	list, err := encodeKeys(keys)
	if err != nil {
		return fmt.Errorf("removing runs: %w", err)
	}
	err = s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM runs WHERE key IN (SELECT value FROM json_each(?))`, list)
		return err
	})
	if err != nil {
		return fmt.Errorf("removing runs: %w", err)
	}
	return nil
}
