package sweep

import (
	"slices"

	"experiment/pipelines/catalogue"
)

// chooser says which choice of a section is made at a place on the axes of a block.
type chooser struct {
	section *catalogue.Section
	choices []byte // indexes into the choices of the section, by the index on the axis
	axis    int    // or -1, where there is one choice
}

// choosers returns a chooser for each section that has choices.
func (s *shaper) choosers() []chooser {
	var list []chooser
	for i := range s.spec.words.pipeline.Sections {
		section := &s.spec.words.pipeline.Sections[i]
		if len(section.Choices) == 0 {
			continue
		}
		c := chooser{section: section, axis: -1}
		names := []string{section.Default}
		if namer := s.namer(section); namer >= 0 {
			setting := s.layers[namer].find(section.Path + "." + nameKey)
			names, c.axis = s.layers[namer].names(section), s.axisOf(setting)
		}
		for _, name := range names {
			index := slices.Index(section.Names(), name)
			c.choices = append(c.choices, byte(index))
		}
		list = append(list, c)
	}
	return list
}

// at returns the index of the choice at a place.
func (c chooser) at(place []int) byte {
	if c.axis < 0 {
		return c.choices[0]
	}
	return c.choices[place[c.axis]]
}

// chosen returns the names of choices by the path of their section.
func chosen(choosers []chooser, choices []byte) map[string]string {
	names := make(map[string]string, len(choosers))
	for i, c := range choosers {
		names[c.section.Path] = c.section.Choices[choices[i]].Name
	}
	return names
}
