package sweep

import (
	"slices"
)

// check reports what can be said of a layer by itself: names that nothing has, parameters that the
// choice named beside them lacks, and values of a wrong type or out of range.
func (l *layer) check(found *problems) {
	for _, s := range l.settings {
		section := s.leaf.section
		switch {
		case s.leaf.name == nameKey && len(section.Choices) > 0:
			checkNames(s, found)
		case len(section.Choices) == 0:
			checkValues(s, []string{""}, found)
		default:
			l.checkParameter(s, found)
		}
	}
}

func checkNames(s *setting, found *problems) {
	section := s.leaf.section
	for _, v := range s.values {
		if v.scalar.kind != textScalar {
			found.add(v.at, nearest("", section.Names()), "%s is %v, not a name", s.path, v.scalar)
		} else if _, ok := section.Choice(v.scalar.text); !ok {
			found.add(v.at, nearest(v.scalar.text, section.Names()), "there is no %s %q", section.Path, shorten(v.scalar.text))
		}
	}
}

// checkParameter checks a parameter against the choices that the layer names, or else against all that
// have it.
func (l *layer) checkParameter(s *setting, found *problems) {
	section := s.leaf.section
	var choices []string
	for _, name := range l.names(section) {
		if _, known := section.Choice(name); !known {
			return // reported at the name
		}
		if _, ok := parameter(section, name, s.leaf.name); !ok {
			message, hint := lacks(section, name, s.leaf.name)
			found.add(s.at, hint, "%s", message)
			return
		}
		choices = append(choices, name)
	}
	if choices != nil {
		for _, choice := range choices {
			checkValues(s, []string{choice}, found)
		}
		return
	}
	checkValues(s, choicesWith(section, s.leaf.name), found)
}

// checkValues reports the values of a setting that none of the choices allows.
func checkValues(s *setting, choices []string, found *problems) {
	for _, v := range s.values {
		var first *complaint
		fits := slices.ContainsFunc(choices, func(choice string) bool {
			p, _ := parameter(s.leaf.section, choice, s.leaf.name)
			_, wrong := v.scalar.typed(p)
			if first == nil {
				first = wrong
			}
			return wrong == nil
		})
		if !fits {
			found.add(v.at, first.hint, "%s %s", s.path, first.message)
		}
	}
}
