package sweep

import (
	"slices"

	"experiment/internal/run"
)

// condition is an exclude entry, compiled for a shape: the slots it looks at, and for each the values
// that match.
type condition struct {
	entry  int // index into the entries of the sweep
	slots  []int
	values [][]any
}

// exclude compiles the entries for a shape. An entry that names a setting which the shape lacks never
// matches it.
func (s *shaper) exclude(sh *shape) {
	for i, entry := range s.spec.exclude {
		c := condition{entry: i}
		for _, setting := range entry.settings {
			slot := sh.index(setting.path)
			if slot < 0 {
				break
			}
			c.slots = append(c.slots, slot)
			c.values = append(c.values, typedFor(sh, setting))
		}
		if len(c.slots) == len(entry.settings) {
			sh.excluded = append(sh.excluded, c)
		}
	}
}

// typedFor returns those values of a setting that the shape's choice allows; no run has the others.
func typedFor(sh *shape, s *setting) []any {
	var values []any
	p, isParameter := parameter(s.leaf.section, sh.choices[s.leaf.section.Path], s.leaf.name)
	for _, v := range s.values {
		if !isParameter {
			values = append(values, v.scalar.text)
		} else if typed, wrong := v.scalar.typed(p); wrong == nil {
			values = append(values, typed)
		}
	}
	return values
}

// matches says whether the fields of a run of the shape meet the condition.
func (c condition) matches(fields []run.Field) bool {
	for i, slot := range c.slots {
		if !slices.Contains(c.values[i], fields[slot].Value) {
			return false
		}
	}
	return true
}
