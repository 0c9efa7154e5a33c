package sweep

import (
	"slices"
	"strings"

	"experiment/pipelines/catalogue"
)

// layer is a group of settings that stand at one level: the base, a block, the grid, the zip, or the
// overrides. A later layer wins over an earlier one.
type layer struct {
	title    string // for messages: "base", "block 2"
	settings []*setting
	zipped   bool // its lists are walked side by side
}

// setting is one path of a layer with the values it takes, one after the other.
type setting struct {
	path   string
	leaf   leaf
	at     position // of the key
	values []value
	list   bool // was written as a list
}

// value is a scalar and where it stands.
type value struct {
	scalar scalar
	at     position
}

// find returns the setting of a path, or nil.
func (l *layer) find(path string) *setting {
	i := slices.IndexFunc(l.settings, func(s *setting) bool { return s.path == path })
	if i < 0 {
		return nil
	}
	return l.settings[i]
}

// names returns what the layer names as the choice of a section, or nothing.
func (l *layer) names(section *catalogue.Section) []string {
	s := l.find(section.Path + "." + nameKey)
	if s == nil {
		return nil
	}
	names := make([]string, len(s.values))
	for i, v := range s.values {
		names[i] = v.scalar.text
	}
	return names
}

// layerReader reads the settings of one layer.
type layerReader struct {
	words *vocabulary
	found *problems
	layer *layer
	// noLists is what to do instead of writing a list, where none may stand.
	noLists string
	// seed allows the setting "seed".
	seed bool
}

// read takes up a mapping of settings below a prefix, which is "" or ends with a dot.
func (r *layerReader) read(prefix string, mapping *node) {
	if mapping.kind != mappingNode {
		r.found.add(mapping.at, "write it as key: value", "%s must be a mapping of settings, and this is %v", r.layer.title, mapping)
		return
	}
	for _, e := range mapping.entries {
		path := prefix + e.key
		if section, ok := r.words.sections[path]; ok {
			r.section(section, e)
			continue
		}
		l, ok := r.words.leaves[path]
		switch {
		case ok:
			r.add(path, l, e)
		case path == seedPath && r.seed:
			r.add(path, leaf{section: &seedSection, name: seedPath}, e)
		default:
			r.found.add(e.at, r.words.unknown(prefix, e.key), "there is no setting %q", shorten(path))
		}
	}
}

// section takes up the settings of a section, or the name of its choice alone.
func (r *layerReader) section(section *catalogue.Section, e entry) {
	switch {
	case e.value.kind == mappingNode:
		r.read(section.Path+".", e.value)
	case len(section.Choices) == 0 || e.value.isNull():
		r.found.add(e.value.at, "known: "+strings.Join(leafNames(*section), ", "),
			"%s must be a mapping of settings, and this is %v", section.Path, e.value)
	default:
		r.add(section.Path+"."+nameKey, leaf{section, nameKey}, e)
	}
}

// add takes up one setting.
func (r *layerReader) add(path string, l leaf, e entry) {
	if first := r.layer.find(path); first != nil {
		r.found.add(e.at, "", "%s is set twice in %s; first in line %d", path, r.layer.title, first.at.line)
		return
	}
	s := &setting{path: path, leaf: l, at: e.at}
	items := []*node{e.value}
	if e.value.kind == listNode {
		s.list, items = true, e.value.items
		switch {
		case r.noLists != "":
			r.found.add(e.value.at, r.noLists, "%s is a list, and %s takes one value", path, r.layer.title)
			return
		case len(items) == 0:
			r.found.add(e.value.at, "", "%s is an empty list", path)
			return
		}
	}
	for _, item := range items {
		switch {
		case item.kind != scalarNode:
			hint := ""
			if l.name == nameKey {
				hint = "write alternatives that have parameters as blocks under runs"
			}
			r.found.add(item.at, hint, "%s takes single values, and this is %v", path, item)
			return
		case item.isNull():
			r.found.add(item.at, "", "%s is empty", path)
			return
		}
		s.values = append(s.values, value{item.scalar, item.at})
	}
	r.layer.settings = append(r.layer.settings, s)
}

// seedSection stands for the seed where an exclude entry names it.
var seedSection = catalogue.Section{Parameters: []catalogue.Parameter{seedParameter}}

// seedParameter describes the seed of a run.
var seedParameter = catalogue.Parameter{
	Name: seedPath, Kind: catalogue.Int, Default: int64(0), Max: maxExact,
	Doc: "what all randomness of a run is drawn from",
}
