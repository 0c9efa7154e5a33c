package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"experiment/internal/run"
)

// kind is a set of the types that a field has in the recorded runs.
type kind uint8

const (
	text kind = 1 << iota
	number
	boolean
)

// field is an expression for what a condition or an order speaks of.
type field struct {
	expression string
	args       []any
	kind       kind
}

// columns lists the fields that are columns, in the order of listings.
var columns = [...]struct {
	name, expression string
	kind             kind
}{
	{"run", "runs.key", text},
	{"label", "runs.label", text},
	{"pipeline", "runs.pipeline", text},
	{"dataset", "runs.dataset", text},
	{"model", "runs.model", text},
	{"loss", "runs.loss", text},
	{"seed", "runs.seed", number},
	{"status", "runs.status", text},
	{"device", "attempts.device", text},
	{"seconds", "attempts.seconds", number},
	{"epoch", "attempts.epoch", number},
	{"started", "attempts.started", text},
}

// findField resolves the name of a field, or returns an *UnknownFieldError.
func findField(ctx context.Context, tx *sql.Tx, name string) (field, error) {
	for _, c := range columns {
		if c.name == name {
			return field{c.expression, nil, c.kind}, nil
		}
	}
	if slices.Contains(run.MetricNames[:], name) {
		return field{"scores." + name, nil, number}, nil
	}
	path := jsonPath(name)
	kind, err := settingKind(ctx, tx, path)
	if err != nil {
		return field{}, err
	}
	if kind == 0 {
		return field{}, unknownField(ctx, tx, name)
	}
	return field{"json_extract(runs.config, ?)", []any{path}, kind}, nil
}

// jsonPath returns the path of a setting as SQLite writes it: $."optimizer"."lr". A name that no setting
// can have leads nowhere.
func jsonPath(name string) string {
	valid := func(c rune) bool { return c == '.' || c == '_' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
	if strings.ContainsFunc(name, func(c rune) bool { return !valid(c) }) {
		return `$.""`
	}
	return `$."` + strings.ReplaceAll(name, ".", `"."`) + `"`
}

// settingKind returns the types that a setting has in the recorded configurations, 0 where none has it.
func settingKind(ctx context.Context, tx *sql.Tx, path string) (kind, error) {
	kinds := map[string]kind{"text": text, "integer": number, "real": number, "true": boolean, "false": boolean}
	var found kind
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		var name sql.NullString
		err := rows.Scan(&name)
		found |= kinds[name.String]
		return err
	}, `SELECT DISTINCT json_type(config, ?) FROM runs`, path)
	return found, err
}

// unknownField returns the error for a name that is no field, with all that are.
func unknownField(ctx context.Context, tx *sql.Tx, name string) error {
	unknown := &UnknownFieldError{Field: name}
	for _, c := range columns {
		unknown.Known = append(unknown.Known, c.name)
	}
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		var path string
		err := rows.Scan(&path)
		if !slices.Contains(unknown.Known, path) {
			unknown.Known = append(unknown.Known, path)
		}
		return err
	}, `SELECT DISTINCT replace(substr(tree.fullkey, 3), '"', '') FROM runs, json_tree(runs.config) AS tree
		WHERE tree.atom IS NOT NULL ORDER BY 1`)
	if err != nil {
		return err
	}
	unknown.Known = append(unknown.Known, run.MetricNames[:]...)
	return unknown
}

// compare adds a condition.
func (s *selection) compare(ctx context.Context, tx *sql.Tx, c Condition) error {
	f, err := findField(ctx, tx, c.Field)
	if err != nil {
		return err
	}
	if c.Op == Contains {
		escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(c.Value)
		s.require(f.expression+` LIKE ? ESCAPE '\'`, append(slices.Clone(f.args), "%"+escaped+"%")...)
		return nil
	}
	if !slices.Contains([]Op{Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual}, c.Op) {
		return fmt.Errorf("condition on %q has the unknown comparison %q", c.Field, c.Op)
	}
	value, err := f.value(c)
	if err != nil {
		return err
	}
	s.require(f.expression+" "+string(c.Op)+" ?", append(slices.Clone(f.args), value)...)
	return nil
}

// value returns the value of a condition in the type of the field.
func (f field) value(c Condition) (any, error) {
	if f.kind&number != 0 {
		if n, err := strconv.ParseInt(c.Value, 10, 64); err == nil {
			return n, nil
		}
		if x, err := strconv.ParseFloat(c.Value, 64); err == nil && !math.IsNaN(x) {
			return x, nil
		}
	}
	if f.kind&boolean != 0 && (c.Value == "true" || c.Value == "false") {
		return c.Value == "true", nil
	}
	switch {
	case f.kind&text != 0:
		return c.Value, nil
	case f.kind&number != 0:
		return nil, &ValueError{c.Field, c.Value, "a number"}
	default:
		return nil, &ValueError{c.Field, c.Value, "true or false"}
	}
}

// sortBy orders by a field and then, or where it is empty, by natural, the expression of the order that
// runs have by themselves.
func (s *selection) sortBy(ctx context.Context, tx *sql.Tx, name, natural string, descending bool) error {
	direction := ""
	if descending {
		direction = " DESC"
	}
	if name == "" {
		s.order = append(s.order, natural+direction)
		return nil
	}
	f, err := findField(ctx, tx, name)
	if err != nil {
		return err
	}
	s.order = append(s.order, f.expression+direction+" NULLS LAST", natural)
	s.end = append(s.end, f.args...)
	return nil
}
