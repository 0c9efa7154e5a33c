package store

import (
	"errors"
	"fmt"
	"strings"
)

// What can be missing in a condition.
var (
	errNoCondition = errors.New("the condition is empty")
	errNoField     = errors.New("there is no field before the comparison")
)

// A ConditionError says which part of a condition is wrong.
type ConditionError struct {
	Text       string // the condition
	Start, End int    // the part of it, in bytes
	Err        error  // often an *UnknownFieldError, a *ComparisonError or a *ValueError
}

func (e *ConditionError) Error() string { return fmt.Sprintf("condition %q: %v", e.Text, e.Err) }

func (e *ConditionError) Unwrap() error { return e.Err }

// part names a part of a condition.
type part int

const (
	wholeCondition part = iota
	fieldPart
	opPart
	valuePart
)

// wrong says that a part of the condition is. A part that is missing is the place where it should stand.
func (c Condition) wrong(which part, err error) error {
	text := c.text
	if text == "" {
		text = c.Field + string(c.Op) + c.Value
	}
	field := strings.Index(text, c.Field)
	op := field + len(c.Field)
	op += strings.Index(text[op:], string(c.Op))
	value := op + len(c.Op)
	value += strings.Index(text[value:], c.Value)
	e := &ConditionError{Text: text, End: len(text), Err: err}
	switch which {
	case fieldPart:
		e.Start, e.End = field, field+len(c.Field)
	case opPart:
		e.Start, e.End = op, op+len(c.Op)
	case valuePart:
		e.Start, e.End = value, value+len(c.Value)
	}
	return e
}

// An UnknownFieldError says that a filter names what no run has.
type UnknownFieldError struct {
	Field string
	Known []string // columns, then fields of configurations, then metrics
}

func (e *UnknownFieldError) Error() string {
	return fmt.Sprintf("no run has a field %q", e.Field)
}

// A ComparisonError says that what stands between field and value is no comparison.
type ComparisonError struct{ Op Op }

func (e *ComparisonError) Error() string {
	if e.Op == "" {
		return "there is no comparison"
	}
	return fmt.Sprintf("there is no comparison %q", e.Op)
}

// A ValueError says that a field cannot be compared with a value.
type ValueError struct{ Field, Value, Want string }

func (e *ValueError) Error() string {
	return fmt.Sprintf("%s takes %s, not %q", e.Field, e.Want, e.Value)
}

// A NoMeanError says that a mean is asked for of a field that is no number.
type NoMeanError struct{ Field string }

func (e *NoMeanError) Error() string {
	return fmt.Sprintf("%s is no number, so groups have no mean of it", e.Field)
}
