package store

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Condition compares a field of a run with a value. No condition holds for a run that lacks the field.
type Condition struct {
	Field string
	Op    Op
	Value string
	text  string // as it was written; empty where it was not
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

// Ops lists the comparisons.
var Ops = [...]Op{Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Contains}

// ParseCondition reads a condition as users write it: loss=focal, optimizer.lr>=0.1, label~smooth. Space
// around the comparison has no meaning. Its error is a *ConditionError.
func ParseCondition(text string) (Condition, error) {
	const marks = "=!<>~"
	start := strings.IndexAny(text, marks)
	if start < 0 {
		start = len(text)
	}
	end := len(text) - len(strings.TrimLeft(text[start:], marks))
	c := Condition{strings.TrimSpace(text[:start]), Op(text[start:end]), strings.TrimSpace(text[end:]), text}
	switch {
	case c.Field == "" && c.Op == "":
		return Condition{}, c.wrong(wholeCondition, errNoCondition)
	case c.Op == "":
		return Condition{}, c.wrong(opPart, &ComparisonError{})
	case c.Field == "":
		return Condition{}, c.wrong(fieldPart, errNoField)
	case !slices.Contains(Ops[:], c.Op):
		return Condition{}, c.wrong(opPart, &ComparisonError{c.Op})
	}
	return c, nil
}

// compare adds a condition.
func (s *selection) compare(ctx context.Context, tx *sql.Tx, c Condition) error {
	f, err := s.findField(ctx, tx, c.Field)
	if err != nil {
		return c.wrong(fieldPart, err)
	}
	if c.Op == Contains {
		escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(c.Value)
		s.require(f.expression+` LIKE ? ESCAPE '\'`, append(slices.Clone(f.args), "%"+escaped+"%")...)
		return nil
	}
	if !slices.Contains(Ops[:], c.Op) {
		return c.wrong(opPart, &ComparisonError{c.Op})
	}
	value, err := f.value(c)
	if err != nil {
		return c.wrong(valuePart, err)
	}
	s.require(f.expression+" "+string(c.Op)+" ?", append(slices.Clone(f.args), value)...)
	return nil
}

// value returns the value of a condition in the type of the field.
func (f Field) value(c Condition) (any, error) {
	if f.Kind&Number != 0 {
		if n, err := strconv.ParseInt(c.Value, 10, 64); err == nil {
			return n, nil
		}
		if x, err := strconv.ParseFloat(c.Value, 64); err == nil && !math.IsNaN(x) {
			return x, nil
		}
	}
	if f.Kind&Boolean != 0 && (c.Value == "true" || c.Value == "false") {
		return c.Value == "true", nil
	}
	switch {
	case f.Kind&Text != 0:
		return c.Value, nil
	case f.Kind&Number != 0:
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
	f, err := s.findField(ctx, tx, name)
	if err != nil {
		return err
	}
	s.order = append(s.order, f.expression+direction+" NULLS LAST", natural)
	s.end = append(s.end, f.args...)
	return nil
}
