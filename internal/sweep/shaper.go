package sweep

import (
	"slices"

	"experiment/pipelines/catalogue"
)

// axis is what varies together: one list, or the lists of a zip.
type axis struct {
	settings []*setting
	length   int
}

// shaper makes the shapes of one block.
type shaper struct {
	spec   *spec
	block  *block
	layers []*layer // from base to overrides
	axes   []axis
	found  *problems
}

// shaper puts the layers of a block together and finds its axes.
func (s *spec) shaper(b *block, found *problems) *shaper {
	sh := &shaper{spec: s, block: b, found: found}
	sh.layers = []*layer{s.base, &b.layer, s.grid, s.zip, s.overrides}
	for i, l := range sh.layers {
		var together axis
		for _, given := range l.settings {
			if winner := sh.replaced(i, given); winner != nil {
				if l == &b.layer && winner != s.overrides {
					found.warn(given.at, "", "%s in %s is replaced by %s", given.path, l.title, winner.title)
				}
				continue
			}
			switch {
			case !given.list:
			case l.zipped:
				together.settings = append(together.settings, given)
				together.length = len(given.values)
			default:
				sh.axes = append(sh.axes, axis{[]*setting{given}, len(given.values)})
			}
		}
		if together.length > 0 {
			sh.axes = append(sh.axes, together)
		}
	}
	return sh
}

// replaced returns the layer above the i-th that sets the same for every run, or nil.
func (s *shaper) replaced(i int, setting *setting) *layer {
	section := setting.leaf.section
	for j := len(s.layers) - 1; j > i; j-- {
		l := s.layers[j]
		if l.find(setting.path) == nil {
			continue
		}
		if setting.leaf.name == nameKey || l.names(section) == nil || s.namer(section) == j {
			return l
		}
	}
	return nil
}

// namer returns the index of the last layer that names the choice of a section, or -1.
func (s *shaper) namer(section *catalogue.Section) int {
	for i := len(s.layers) - 1; i >= 0; i-- {
		if len(section.Choices) > 0 && s.layers[i].find(section.Path+"."+nameKey) != nil {
			return i
		}
	}
	return -1
}

// axisOf returns the index of the axis that a setting is on, or -1.
func (s *shaper) axisOf(setting *setting) int {
	return slices.IndexFunc(s.axes, func(a axis) bool { return slices.Contains(a.settings, setting) })
}

// origin returns where the setting at a path comes from, or else the nearest place: a setting of the
// same section, or the block.
func (s *shaper) origin(sh *shape, path string) position {
	if setting := sh.origins[path]; setting != nil {
		return setting.at
	}
	for _, slot := range sh.slots {
		setting := sh.origins[slot.path]
		if setting != nil && setting.leaf.section == s.spec.words.leaves[path].section {
			return setting.at
		}
	}
	return s.block.at
}
