// Package run holds the vocabulary of the project: what a run is, its canonical bytes and its key,
// and what comes out of one. It knows no files, no SQL and no tensors.
package run

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// Field is one setting of a configuration: a dotted path such as "optimizer.lr" and its value, one of
// int64, float64, string and bool.
type Field struct {
	Path  string
	Value any
}

// Config is one fully resolved configuration, its seed included: everything a result depends on by
// intent, and nothing else. The zero value has no fields. A Config does not change once made.
type Config struct {
	fields []Field // sorted by path
}

// NewConfig makes a configuration of fields in any order. It refuses a path that is malformed, stands
// twice, or is both a value and a group; a value of another type; a number that is not finite; and a
// text that is not UTF-8.
func NewConfig(fields []Field) (Config, error) {
	sorted := slices.Clone(fields)
	slices.SortFunc(sorted, func(a, b Field) int { return strings.Compare(a.Path, b.Path) })
	for _, f := range sorted {
		if err := checkField(f); err != nil {
			return Config{}, err
		}
	}
	if err := checkOrder(sorted); err != nil {
		return Config{}, err
	}
	return Config{fields: sorted}, nil
}

// checkOrder refuses fields that are not sorted by path, and a path that stands twice or is both a value and a group.
func checkOrder(fields []Field) error {
	for i := 1; i < len(fields); i++ {
		path, previous := fields[i].Path, fields[i-1].Path
		switch {
		case previous == path:
			return fmt.Errorf("configuration field %q stands twice", path)
		case previous > path:
			return fmt.Errorf("configuration field %q stands behind %q", path, previous)
		case strings.HasPrefix(path, previous) && path[len(previous)] == '.':
			return fmt.Errorf("configuration field %q is a value and a group", previous)
		}
	}
	return nil
}

func checkPath(path string) error {
	segment := 0
	for _, c := range []byte(path) {
		switch {
		case c == '.' && segment > 0:
			segment = 0
		case c == '_' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			segment++
		default:
			return fmt.Errorf("configuration path %q is malformed", path)
		}
	}
	if segment == 0 {
		return fmt.Errorf("configuration path %q is malformed", path)
	}
	return nil
}

func checkField(f Field) error {
	if err := checkPath(f.Path); err != nil {
		return err
	}
	switch v := f.Value.(type) {
	case int64, bool:
		return nil
	case string:
		if !utf8.ValidString(v) {
			return fmt.Errorf("configuration field %q is no UTF-8 text", f.Path)
		}
		return nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("configuration field %q is %v, not a finite number", f.Path, v)
		}
		return nil
	default:
		return fmt.Errorf("configuration field %q has the type %T", f.Path, f.Value)
	}
}

// Fields returns the settings sorted by path. The caller must not change them.
func (c Config) Fields() []Field { return c.fields }

// Get returns the value at a path, and whether there is one.
func (c Config) Get(path string) (any, bool) {
	i := sort.Search(len(c.fields), func(i int) bool { return c.fields[i].Path >= path })
	if i < len(c.fields) && c.fields[i].Path == path {
		return c.fields[i].Value, true
	}
	return nil, false
}

// Text returns the string at a path, or "" where there is none.
func (c Config) Text(path string) string {
	v, _ := c.Get(path)
	s, _ := v.(string)
	return s
}

// Int returns the whole number at a path, or 0 where there is none.
func (c Config) Int(path string) int64 {
	v, _ := c.Get(path)
	n, _ := v.(int64)
	return n
}

// Float returns the number at a path, or 0 where there is none.
func (c Config) Float(path string) float64 {
	v, _ := c.Get(path)
	switch n := v.(type) {
	case float64:
		return n
	case int64:
		return float64(n)
	}
	return 0
}

// Seed returns the field "seed", the number that all randomness of the run is drawn from.
func (c Config) Seed() int64 { return c.Int("seed") }

// Pipeline returns the field "pipeline", the name of what computes the run.
func (c Config) Pipeline() string { return c.Text("pipeline") }
