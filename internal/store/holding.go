package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"experiment/internal/run"
)

// Holding is what the database says of the files of a run.
type Holding struct {
	Run       run.Key
	Status    run.Status
	Running   bool           // an attempt of it counts as running
	Artefacts []run.Artefact // of the attempt that finished
}

// Holdings returns every run with the files it should have, sorted by key.
func (r *Reader) Holdings(ctx context.Context) ([]Holding, error) {
	var list []Holding
	err := scan(ctx, r.db, func(rows *sql.Rows) error {
		var h Holding
		var kind, path, sum sql.NullString
		var bytes sql.NullInt64
		if err := rows.Scan(&h.Run, &h.Status, &h.Running, &kind, &path, &sum, &bytes); err != nil {
			return err
		}
		if n := len(list); n == 0 || list[n-1].Run != h.Run {
			list = append(list, h)
		}
		if kind.Valid {
			last := &list[len(list)-1]
			last.Artefacts = append(last.Artefacts, run.Artefact{Kind: kind.String, Path: path.String, SHA256: sum.String, Bytes: bytes.Int64})
		}
		return nil
	}, `SELECT runs.key, runs.status, runs.key IN (SELECT run FROM attempts WHERE status = 'running'),
			artefacts.kind, artefacts.path, artefacts.sha256, artefacts.bytes
		FROM runs LEFT JOIN artefacts ON artefacts.attempt = runs.attempt ORDER BY runs.rowid, artefacts.kind, artefacts.path`)
	if err != nil {
		return nil, fmt.Errorf("reading what files there should be: %w", explain(err))
	}
	// The tables are read in the order in which they lie in the file: by key, each run would be another page of each.
	slices.SortFunc(list, func(a, b Holding) int { return strings.Compare(string(a.Run), string(b.Run)) })
	return list, nil
}

// Recorded says whether a run is recorded.
func (r *Reader) Recorded(ctx context.Context, key run.Key) (bool, error) {
	var known bool
	err := r.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM runs WHERE key = ?)`, string(key)).Scan(&known)
	if err != nil {
		return false, fmt.Errorf("looking for run %s: %w", key.Short(), explain(err))
	}
	return known, nil
}
