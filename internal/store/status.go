package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"experiment/internal/run"
)

// Statuses returns the state of each run; one that is not recorded is New.
func (r *Reader) Statuses(ctx context.Context, keys []run.Key) (map[run.Key]run.Status, error) {
	statuses := make(map[run.Key]run.Status, len(keys))
	for _, key := range keys {
		statuses[key] = run.New
	}
	list, err := encodeKeys(keys)
	if err != nil {
		return nil, fmt.Errorf("reading states: %w", err)
	}
	err = scan(ctx, r.db, func(rows *sql.Rows) error {
		var key run.Key
		var status run.Status
		err := rows.Scan(&key, &status)
		statuses[key] = status
		return err
	}, `SELECT key, status FROM runs WHERE key IN (SELECT value FROM json_each(?))`, list)
	if err != nil {
		return nil, fmt.Errorf("reading states: %w", explain(err))
	}
	return statuses, nil
}

// Finished says whether an attempt of the run finished.
func (r *Reader) Finished(ctx context.Context, key run.Key) (bool, error) {
	var finished bool
	err := r.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM runs WHERE key = ? AND status = 'finished')`, string(key)).Scan(&finished)
	if err != nil {
		return false, fmt.Errorf("reading the state of run %s: %w", key.Short(), explain(err))
	}
	return finished, nil
}

// candidates is how many runs an AmbiguousError lists.
const candidates = 10

// Resolve returns the key that starts with the prefix, in either case. Where it does not stand for exactly
// one run the error is an *UnknownRunError or an *AmbiguousError.
func (r *Reader) Resolve(ctx context.Context, prefix string) (run.Key, error) {
	digits := strings.ToLower(prefix)
	if digits == "" || strings.Trim(digits, "0123456789abcdef") != "" {
		return "", &UnknownRunError{prefix}
	}
	ambiguous := &AmbiguousError{Prefix: prefix}
	err := scan(ctx, r.db, func(rows *sql.Rows) error {
		var c Candidate
		err := rows.Scan(&c.Key, &c.Label, &c.Seed)
		ambiguous.Candidates = append(ambiguous.Candidates, c)
		return err
	}, `SELECT key, label, seed FROM runs WHERE key >= ?1 AND key < ?1 || 'g' ORDER BY key LIMIT ?2`, digits, candidates+1)
	if err != nil {
		return "", fmt.Errorf("looking up run %q: %w", prefix, explain(err))
	}
	switch n := len(ambiguous.Candidates); {
	case n == 0:
		return "", &UnknownRunError{prefix}
	case n == 1:
		return ambiguous.Candidates[0].Key, nil
	case n > candidates:
		ambiguous.Candidates, ambiguous.More = ambiguous.Candidates[:candidates], true
	}
	return "", ambiguous
}
