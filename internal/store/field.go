package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"experiment/internal/run"
)

// Kind is a set of the types that a field has in the recorded runs.
type Kind uint8

// The types of values: string, int64 or float64, and bool.
const (
	Text Kind = 1 << iota
	Number
	Boolean
)

// Field is what runs can be chosen, sorted, grouped and listed by: a column, a setting of the configurations by its
// path, such as optimizer.lr, or a metric.
type Field struct {
	Name       string
	Kind       Kind
	expression string // of SQL
	args       []any  // that it binds
}

// columns lists the fields that are columns, in the order of listings.
var columns = [...]Field{
	{Name: "run", Kind: Text, expression: "runs.key"},
	{Name: "label", Kind: Text, expression: "runs.label"},
	{Name: "pipeline", Kind: Text, expression: "runs.pipeline"},
	{Name: "dataset", Kind: Text, expression: "runs.dataset"},
	{Name: "model", Kind: Text, expression: "runs.model"},
	{Name: "loss", Kind: Text, expression: "runs.loss"},
	{Name: "seed", Kind: Number, expression: "runs.seed"},
	{Name: statusField, Kind: Text, expression: "runs.status"},
	{Name: "reason", Kind: Text, expression: "attempts.reason"},
	{Name: "device", Kind: Text, expression: "attempts.device"},
	{Name: "seconds", Kind: Number, expression: "attempts.seconds"},
	{Name: "epoch", Kind: Number, expression: "attempts.epoch"},
	{Name: "started", Kind: Text, expression: "attempts.started"},
	{Name: "sweeps", Kind: Text, expression: "(SELECT group_concat(sweep, ' ' ORDER BY sweep) FROM sweep_runs AS member WHERE member.run = runs.key)"},
}

const statusField = "status"

// findField resolves the name of a field, or returns an *UnknownFieldError.
func (s *selection) findField(ctx context.Context, tx *sql.Tx, name string) (Field, error) {
	if name == statusField {
		return s.status()
	}
	for _, c := range columns {
		if c.Name == name {
			return c, nil
		}
	}
	if slices.Contains(run.MetricNames[:], name) {
		return Field{Name: name, Kind: Number, expression: "scores." + name}, nil
	}
	path := jsonPath(name)
	kind, err := settingKind(ctx, tx, path)
	if err != nil {
		return Field{}, err
	}
	if kind == 0 {
		return Field{}, unknownField(ctx, tx, name)
	}
	return Field{name, kind, "json_extract(runs.config, ?)", []any{path}}, nil
}

// findFields resolves the names of fields, in their order.
func (s *selection) findFields(ctx context.Context, tx *sql.Tx, names []string) ([]Field, error) {
	fields := make([]Field, len(names))
	for i, name := range names {
		var err error
		if fields[i], err = s.findField(ctx, tx, name); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// status is the state of a run: interrupted where it is recorded as running and known to be lost.
func (s *selection) status() (Field, error) {
	f := Field{Name: statusField, Kind: Text, expression: "runs.status"}
	if len(s.lost) == 0 {
		return f, nil
	}
	lost, err := encodeKeys(s.lost)
	f.expression = "CASE WHEN runs.status = 'running' AND runs.key IN (SELECT value FROM json_each(?)) THEN 'interrupted' ELSE runs.status END"
	f.args = []any{lost}
	return f, err
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
func settingKind(ctx context.Context, tx *sql.Tx, path string) (Kind, error) {
	kinds := map[string]Kind{"text": Text, "integer": Number, "real": Number, "true": Boolean, "false": Boolean}
	var found Kind
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		var name sql.NullString
		err := rows.Scan(&name)
		found |= kinds[name.String]
		return err
	}, `SELECT DISTINCT json_type(config, ?) FROM runs`, path)
	return found, err
}

// decode returns a value of the field as SQLite gave it, where a switch is 0 or 1.
func (f Field) decode(value any) any {
	if n, whole := value.(int64); whole && f.Kind == Boolean {
		return n != 0
	}
	return value
}
