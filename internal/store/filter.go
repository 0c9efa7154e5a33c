package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"experiment/internal/run"
)

// Filter chooses runs and their order. The zero value chooses all, in the order they were recorded.
type Filter struct {
	Sweep       string          // only those of the sweep, in its order
	Keys        []run.Key       // only these, where not nil, in their order
	Lost        []run.Key       // whose process is known to be gone: interrupted where they are recorded as running
	Statuses    []run.Status    // only in one of these states, where not empty
	Where       []Condition     // only where all hold
	Split       run.Split       // of the metrics that Where, Sort, Select and Group speak of; Test where empty
	Calibration run.Calibration // of these metrics; Uncalibrated where empty
	Sort        string          // field to sort by; runs that lack it come last
	Descending  bool
	Limit       int // how many runs at most; 0 is no limit
}

// selection is the part of a statement that chooses runs: what follows its columns, with the values to
// bind, in their order.
type selection struct {
	from, where, group, order []string
	fromArgs, whereArgs, end  []any
	lost                      []run.Key
}

// sql returns the statement that reads columns of the chosen runs, and the values to bind, those of the columns
// included.
func (s *selection) sql(columns string, args ...any) (string, []any) {
	query := "SELECT " + columns + " FROM " + strings.Join(s.from, " ")
	for _, part := range []struct {
		name, separator string
		parts           []string
	}{{"WHERE", " AND ", s.where}, {"GROUP BY", ", ", s.group}, {"ORDER BY", ", ", s.order}} {
		if len(part.parts) > 0 {
			query += " " + part.name + " " + strings.Join(part.parts, part.separator)
		}
	}
	return query + " LIMIT ?", slices.Concat(args, s.fromArgs, s.whereArgs, s.end)
}

// selection resolves the filter against what is recorded.
func (f Filter) selection(ctx context.Context, tx *sql.Tx) (*selection, error) {
	s := &selection{lost: f.Lost}
	order := "runs.rowid"
	if f.Keys == nil {
		s.join("runs")
	} else {
		keys, err := encodeKeys(f.Keys)
		if err != nil {
			return nil, err
		}
		s.join("(SELECT value, min(key) AS position FROM json_each(?) GROUP BY value) AS wanted CROSS JOIN runs ON runs.key = wanted.value", keys)
		order = "wanted.position"
	}
	s.join("LEFT JOIN attempts ON attempts.id = runs.attempt")
	s.join("LEFT JOIN scores ON scores.attempt = runs.attempt AND scores.split = ? AND scores.calibration = ?",
		string(cmp.Or(f.Split, run.Test)), string(cmp.Or(f.Calibration, run.Uncalibrated)))
	if f.Sweep != "" {
		if err := f.joinSweep(ctx, tx, s); err != nil {
			return nil, err
		}
		order = "sweep_runs.position"
	}
	if err := s.inStatus(f.Statuses); err != nil {
		return nil, err
	}
	for _, c := range f.Where {
		if err := s.compare(ctx, tx, c); err != nil {
			return nil, err
		}
	}
	if err := s.sortBy(ctx, tx, f.Sort, order, f.Descending); err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit == 0 {
		limit = -1
	}
	s.end = append(s.end, limit)
	return s, nil
}

func (f Filter) joinSweep(ctx context.Context, tx *sql.Tx, s *selection) error {
	var known bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sweeps WHERE name = ?)`, f.Sweep).Scan(&known)
	if err != nil {
		return err
	}
	if !known {
		return unknownSweep(ctx, tx, f.Sweep)
	}
	s.join("JOIN sweep_runs ON sweep_runs.run = runs.key AND sweep_runs.sweep = ?", f.Sweep)
	return nil
}

// inStatus requires one of some states, where there are any.
func (s *selection) inStatus(statuses []run.Status) error {
	if len(statuses) == 0 {
		return nil
	}
	list, err := json.Marshal(statuses)
	if err != nil {
		return err
	}
	status, err := s.status()
	s.require(status.expression+" IN (SELECT value FROM json_each(?))", append(status.args, string(list))...)
	return err
}

func (s *selection) join(table string, args ...any) {
	s.from, s.fromArgs = append(s.from, table), append(s.fromArgs, args...)
}

func (s *selection) require(condition string, args ...any) {
	s.where, s.whereArgs = append(s.where, condition), append(s.whereArgs, args...)
}
