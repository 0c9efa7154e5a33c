package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"experiment/internal/run"
)

// putDetails records what came out of an attempt.
func putDetails(ctx context.Context, tx *sql.Tx, id int64, a run.Attempt) error {
	if err := putHistory(ctx, tx, id, a.History); err != nil {
		return err
	}
	if a.Status != run.Finished {
		return nil
	}
	if err := putScores(ctx, tx, id, a.Result.Metrics); err != nil {
		return err
	}
	if err := putCurves(ctx, tx, id, a.Result.Reliability); err != nil {
		return err
	}
	if err := putHistograms(ctx, tx, id, a.Result.Histograms); err != nil {
		return err
	}
	for _, f := range a.Artefacts {
		_, err := tx.ExecContext(ctx, `INSERT INTO artefacts (attempt, kind, path, sha256, bytes) VALUES (?, ?, ?, ?, ?)`,
			id, f.Kind, f.Path, f.SHA256, f.Bytes)
		if err != nil {
			return fmt.Errorf("artefact %s: %w", f.Path, err)
		}
	}
	return nil
}

// sortBySplit puts what was read of an attempt into the order in which a run meets the splits.
func sortBySplit[T any](list []T, split func(*T) run.Split) {
	rank := func(s run.Split) int {
		switch s {
		case run.Train:
			return 0
		case run.Validation:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(list, func(a, b T) int { return rank(split(&a)) - rank(split(&b)) })
}

// attempts finds attempts by the number of their row.
type attempts map[int64]*run.Attempt

func (a attempts) loadArtefacts(ctx context.Context, tx *sql.Tx, of rowsOf) error {
	return scan(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var f run.Artefact
		if err := rows.Scan(&id, &f.Kind, &f.Path, &f.SHA256, &f.Bytes); err != nil {
			return err
		}
		a[id].Artefacts = append(a[id].Artefacts, f)
		return nil
	}, `SELECT attempt, kind, path, sha256, bytes FROM artefacts
		WHERE `+of.where+` ORDER BY attempt, kind, path`, of.ids)
}
