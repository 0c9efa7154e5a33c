package sweep

import (
	"fmt"
	"slices"
	"strings"

	"experiment/pipelines/catalogue"
)

// vocabulary answers which settings a pipeline knows.
type vocabulary struct {
	pipeline catalogue.Pipeline
	sections map[string]*catalogue.Section
	leaves   map[string]leaf
	paths    []string // of sections and leaves, sorted
}

// leaf is a setting that has a value: the name of a choice, or a parameter.
type leaf struct {
	section *catalogue.Section
	name    string // within the section
}

// nameKey is the setting that holds the name of the choice of a section.
const nameKey = "name"

// seedPath is the setting that the seeds of a sweep end up in. Only an exclude entry may name it.
const seedPath = "seed"

func newVocabulary(pipeline catalogue.Pipeline) *vocabulary {
	v := &vocabulary{
		pipeline: pipeline,
		sections: make(map[string]*catalogue.Section),
		leaves:   make(map[string]leaf),
	}
	for i := range pipeline.Sections {
		section := &pipeline.Sections[i]
		v.sections[section.Path] = section
		for _, name := range leafNames(*section) {
			v.leaves[section.Path+"."+name] = leaf{section, name}
		}
	}
	v.paths = append(keys(v.sections), keys(v.leaves)...)
	slices.Sort(v.paths)
	return v
}

// leafNames lists the settings of a section, those of all its choices together, each once.
func leafNames(section catalogue.Section) []string {
	var names []string
	if len(section.Choices) > 0 {
		names = append(names, nameKey)
	}
	parameters := slices.Clone(section.Parameters)
	for _, c := range section.Choices {
		parameters = append(parameters, c.Parameters...)
	}
	for _, p := range parameters {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	return names
}

// parameters returns the parameters of a section under a choice; the choice is ignored by a section
// that has none.
func parameters(section *catalogue.Section, choice string) []catalogue.Parameter {
	if c, ok := section.Choice(choice); ok {
		return c.Parameters
	}
	return section.Parameters
}

// parameter returns one parameter of a section under a choice.
func parameter(section *catalogue.Section, choice, name string) (catalogue.Parameter, bool) {
	return catalogue.Choice{Parameters: parameters(section, choice)}.Parameter(name)
}

// choicesWith lists the choices of a section that have a parameter.
func choicesWith(section *catalogue.Section, name string) []string {
	var names []string
	for _, c := range section.Choices {
		if _, ok := c.Parameter(name); ok {
			names = append(names, c.Name)
		}
	}
	return names
}

// unknown suggests what was meant by a key that stands below a prefix, which is "" or a section's path.
func (v *vocabulary) unknown(prefix, key string) string {
	if key == seedPath || key == "seeds" {
		return `seeds have a place of their own: "seeds:" at the top of the file`
	}
	var below, siblings, elsewhere []string
	for _, path := range v.paths {
		if strings.HasSuffix(path, "."+key) {
			elsewhere = append(elsewhere, path)
		}
		relative, ok := strings.CutPrefix(path, prefix)
		if !ok {
			continue
		}
		below = append(below, relative)
		if !strings.Contains(relative, ".") {
			siblings = append(siblings, relative)
		}
	}
	candidates := siblings
	if strings.Contains(key, ".") {
		candidates = below
	}
	if hint := nearest(key, candidates); strings.HasPrefix(hint, "did") || len(elsewhere) == 0 {
		return hint
	}
	return fmt.Sprintf("did you mean %q?", elsewhere[0])
}

// lacks says that a choice does not have a parameter, and what has it.
func lacks(section *catalogue.Section, choice, name string) (message, hint string) {
	message = fmt.Sprintf("%s %q has no parameter %q", section.Path, choice, name)
	var own []string
	for _, p := range parameters(section, choice) {
		own = append(own, p.Name)
	}
	near := nearest(name, own)
	others := choicesWith(section, name)
	switch {
	case strings.HasPrefix(near, "did"):
		return message, near
	case len(others) == 1:
		return message, others[0] + " has it"
	case len(others) > 1:
		return message, strings.Join(others, ", ") + " have it"
	case len(own) == 0:
		return message, "it has none"
	}
	return message, near
}
