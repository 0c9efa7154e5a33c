package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"experiment/internal/run"
)

// Filter chooses runs and their order. The zero value chooses all, in the order they were recorded.
type Filter struct {
	Sweep       string          // only those of the sweep, in its order
	Keys        []run.Key       // only these, where not nil
	Statuses    []run.Status    // only in one of these states, where not empty
	Where       []Condition     // only where all hold
	Split       run.Split       // of the metrics that Where, Sort and List speak of; Test where empty
	Calibration run.Calibration // of these metrics; Uncalibrated where empty
	Sort        string          // field to sort by; runs that lack it come last
	Descending  bool
	Limit       int // how many runs at most; 0 is no limit
}

// Condition compares a field of a run with a value. Fields are the columns run, label, pipeline, dataset,
// model, loss (its name), seed, status, device, seconds, epoch and started, every metric, and every setting
// of a configuration by its path, such as optimizer.lr. No condition holds for a run that lacks the field.
type Condition struct {
	Field string
	Op    Op
	Value string
}

// Op is a comparison.
type Op string

// The comparisons. Contains is for text, and does not tell upper from lower case in ASCII letters.
const (
	Equal          Op = "="
	NotEqual       Op = "!="
	Less           Op = "<"
	LessOrEqual    Op = "<="
	Greater        Op = ">"
	GreaterOrEqual Op = ">="
	Contains       Op = "~"
)

// ParseCondition reads a condition as users write it: loss=focal, optimizer.lr>=0.1, label~smooth. Space
// around the comparison has no meaning.
func ParseCondition(s string) (Condition, error) {
	at := strings.IndexAny(s, "=!<>~")
	if at < 0 {
		return Condition{}, fmt.Errorf("condition %q has no comparison, one of = != < > <= >= ~", s)
	}
	length := 1
	if at+1 < len(s) && s[at+1] == '=' && s[at] != '=' && s[at] != '~' {
		length = 2
	}
	c := Condition{strings.TrimSpace(s[:at]), Op(s[at : at+length]), strings.TrimSpace(s[at+length:])}
	if c.Op == "!" || c.Field == "" {
		return Condition{}, fmt.Errorf("condition %q is not a field, a comparison (= != < > <= >= ~) and a value", s)
	}
	return c, nil
}

// selection is the part of a statement that chooses runs: what follows its columns, with the values to
// bind, in their order.
type selection struct {
	from, where, order       []string
	fromArgs, whereArgs, end []any
}

// sql returns the statement that reads columns of the chosen runs, and the values to bind.
func (s *selection) sql(columns string) (string, []any) {
	query := "SELECT " + columns + " FROM " + strings.Join(s.from, " ")
	if len(s.where) > 0 {
		query += " WHERE " + strings.Join(s.where, " AND ")
	}
	query += " ORDER BY " + strings.Join(s.order, ", ") + " LIMIT ?"
	return query, slices.Concat(s.fromArgs, s.whereArgs, s.end)
}

// selection resolves the filter against what is recorded.
func (f Filter) selection(ctx context.Context, tx *sql.Tx) (*selection, error) {
	s := &selection{}
	s.join("runs LEFT JOIN attempts ON attempts.id = runs.attempt")
	s.join("LEFT JOIN scores ON scores.attempt = runs.attempt AND scores.split = ? AND scores.calibration = ?",
		string(cmp.Or(f.Split, run.Test)), string(cmp.Or(f.Calibration, run.Uncalibrated)))
	order := "runs.rowid"
	if f.Sweep != "" {
		if err := f.joinSweep(ctx, tx, s); err != nil {
			return nil, err
		}
		order = "sweep_runs.position"
	}
	if err := f.restrict(s); err != nil {
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

// restrict adds the lists that keys and states must be in.
func (f Filter) restrict(s *selection) error {
	if f.Keys != nil {
		keys, err := encodeKeys(f.Keys)
		if err != nil {
			return err
		}
		s.require("runs.key IN (SELECT value FROM json_each(?))", keys)
	}
	if len(f.Statuses) > 0 {
		statuses, err := json.Marshal(f.Statuses)
		if err != nil {
			return err
		}
		s.require("runs.status IN (SELECT value FROM json_each(?))", string(statuses))
	}
	return nil
}

func (s *selection) join(table string, args ...any) {
	s.from, s.fromArgs = append(s.from, table), append(s.fromArgs, args...)
}

func (s *selection) require(condition string, args ...any) {
	s.where, s.whereArgs = append(s.where, condition), append(s.whereArgs, args...)
}
