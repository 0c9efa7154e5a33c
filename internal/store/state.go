package store

import (
	"context"
	"database/sql"
	"fmt"

	"experiment/internal/run"
)

// State is how far a run is, and what its deciding attempt says of that.
type State struct {
	Status run.Status
	Reason string // why the attempt did not finish
	Epoch  int    // the last it completed, as far as was recorded when it ended
	Commit string // of the source it was computed by; empty where unknown
	Dirty  string // hash of what was not committed
}

// States returns how far each run is; one that is not recorded is New.
func (r *Reader) States(ctx context.Context, keys []run.Key) (map[run.Key]State, error) {
	states := make(map[run.Key]State, len(keys))
	for _, key := range keys {
		states[key] = State{Status: run.New}
	}
	list, err := encodeKeys(keys)
	if err != nil {
		return nil, fmt.Errorf("reading states: %w", err)
	}
	err = scan(ctx, r.db, func(rows *sql.Rows) error {
		var key run.Key
		var s State
		err := rows.Scan(&key, &s.Status, &s.Reason, &s.Epoch, &s.Commit, &s.Dirty)
		states[key] = s
		return err
	}, `SELECT runs.key, runs.status, ifnull(attempts.reason, ''), ifnull(attempts.epoch, 0),
			ifnull(json_extract(attempts.provenance, '$.commit'), ''), ifnull(json_extract(attempts.provenance, '$.dirty'), '')
		FROM runs LEFT JOIN attempts ON attempts.id = runs.attempt
		WHERE runs.key IN (SELECT value FROM json_each(?))`, list)
	if err != nil {
		return nil, fmt.Errorf("reading states: %w", explain(err))
	}
	return states, nil
}
