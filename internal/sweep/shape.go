package sweep

import (
	"slices"
	"strings"

	"experiment/internal/run"
	"experiment/pipelines/catalogue"
)

// shape is what all runs of a block have in common that make the same choices: which fields they have,
// where the value of each comes from, and what is left out of a configuration while at its default.
type shape struct {
	slots    []slot // sorted by path, as the fields of a configuration are
	choices  map[string]string
	excluded []condition // the exclude entries that can match
	origins  map[string]*setting
	seed     int  // the slot of the seed
	optional bool // some slot may be left out
}

// slot is one field of the runs of a shape.
type slot struct {
	path    string
	fixed   any   // the value, where axis is -1
	axis    int   // index into the axes of the block, or -1
	values  []any // by the index on that axis
	omitted any   // the value with which the field is left out, or nil
}

// make returns the shape for choices by section, or nil where a setting does not fit them.
func (s *shaper) make(choices map[string]string) *shape {
	before := len(s.found.errors)
	sh := &shape{choices: choices, origins: make(map[string]*setting)}
	sh.slots = []slot{
		{path: "pipeline", fixed: s.spec.words.pipeline.Name, axis: -1},
		{path: seedPath, fixed: int64(0), axis: -1},
	}
	for i := range s.spec.words.pipeline.Sections {
		s.section(sh, &s.spec.words.pipeline.Sections[i])
	}
	if len(s.found.errors) > before {
		return nil
	}
	slices.SortFunc(sh.slots, func(a, b slot) int { return strings.Compare(a.path, b.path) })
	sh.seed = sh.index(seedPath)
	s.exclude(sh)
	return sh
}

// section adds the slots of one section.
func (s *shaper) section(sh *shape, section *catalogue.Section) {
	choice := sh.choices[section.Path]
	namer := s.namer(section)
	assigned := make(map[string]*setting)
	var dropped []droppedSetting
	for i, l := range s.layers {
		names := l.names(section)
		for _, setting := range l.settings {
			if setting.leaf.section != section || setting.leaf.name == nameKey && len(section.Choices) > 0 {
				continue
			}
			if names != nil && i < namer && !slices.Contains(names, choice) {
				dropped = append(dropped, droppedSetting{setting, l})
				continue
			}
			assigned[setting.leaf.name] = setting
		}
	}
	for _, l := range s.layers {
		for _, setting := range l.settings {
			if _, ok := parameter(section, choice, setting.leaf.name); !ok && assigned[setting.leaf.name] == setting {
				s.misfit(setting, section, choice)
			}
		}
	}
	if len(section.Choices) > 0 {
		sh.slots = append(sh.slots, slot{path: section.Path + "." + nameKey, fixed: choice, axis: -1})
		if namer >= 0 {
			sh.origins[section.Path+"."+nameKey] = s.layers[namer].find(section.Path + "." + nameKey)
		}
	}
	for _, p := range parameters(section, choice) {
		path := section.Path + "." + p.Name
		setting := assigned[p.Name]
		if setting != nil {
			sh.origins[path] = setting
		}
		sh.slots = append(sh.slots, s.slot(path, p, setting))
		sh.optional = sh.optional || p.Added
		if setting == nil {
			s.warnDropped(dropped, section, choice, p)
		}
	}
}

// misfit reports a setting that the choice made elsewhere has no use for.
func (s *shaper) misfit(setting *setting, section *catalogue.Section, choice string) {
	message, hint := lacks(section, choice, setting.leaf.name)
	if s.block.find(setting.path) == setting || s.block.at == s.spec.at {
		s.found.add(setting.at, hint, "%s", message)
		return
	}
	s.found.add(setting.at, hint, "%s, and %s in line %d has that %s", message, s.block.title, s.block.at.line, section.Path)
}

// slot returns the field of a parameter, from its setting or, where that is nil, from its default.
func (s *shaper) slot(path string, p catalogue.Parameter, setting *setting) slot {
	field := slot{path: path, fixed: p.Default, axis: -1}
	if p.Added {
		field.omitted = p.Default
	}
	if setting == nil {
		return field
	}
	values := make([]any, len(setting.values))
	for i, v := range setting.values {
		typed, wrong := v.scalar.typed(p)
		if wrong != nil {
			s.found.add(v.at, wrong.hint, "%s %s", path, wrong.message)
		}
		values[i] = typed
	}
	field.fixed, field.values, field.axis = values[0], values, s.axisOf(setting)
	return field
}

// droppedSetting is a parameter of a choice that a later layer replaced.
type droppedSetting struct {
	setting *setting
	layer   *layer
}

// warnDropped warns of a value that was given for one choice and not for the one that replaced it,
// although that has a parameter of the same name and now takes its default.
func (s *shaper) warnDropped(dropped []droppedSetting, section *catalogue.Section, choice string, p catalogue.Parameter) {
	for _, d := range dropped {
		if d.setting.leaf.name != p.Name {
			continue
		}
		same := !slices.ContainsFunc(d.setting.values, func(v value) bool {
			typed, wrong := v.scalar.typed(p)
			return wrong != nil || typed != p.Default
		})
		if !same {
			s.found.warn(d.setting.at, "set it beside that name if it is meant for both",
				"%s belongs to %q, which %s names; %q keeps its default of %s",
				d.setting.path, strings.Join(d.layer.names(section), ", "), d.layer.title, choice, catalogue.FormatValue(p.Default))
		}
	}
}

// index returns the slot of a path, or -1.
func (sh *shape) index(path string) int {
	i, ok := slices.BinarySearchFunc(sh.slots, path, func(s slot, path string) int { return strings.Compare(s.path, path) })
	if !ok {
		return -1
	}
	return i
}

// fill appends the fields of the run at a place on the axes, one for each slot.
func (sh *shape) fill(fields []run.Field, place []int) []run.Field {
	for _, s := range sh.slots {
		value := s.fixed
		if s.axis >= 0 {
			value = s.values[place[s.axis]]
		}
		fields = append(fields, run.Field{Path: s.path, Value: value})
	}
	return fields
}
