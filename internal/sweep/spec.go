package sweep

import (
	"fmt"
	"regexp"
	"slices"

	"experiment/pipelines/catalogue"
)

// spec is a sweep file, read and checked part by part, before it is expanded.
type spec struct {
	at          position // of the file
	name        string
	description string
	words       *vocabulary
	base        *layer
	blocks      []*block
	grid        *layer
	zip         *layer
	overrides   *layer
	exclude     []*exclusion
	seeds       []int64
}

// block is one entry of runs.
type block struct {
	layer
	at position
}

// exclusion is one entry of exclude: the runs that have one of the values of each of its settings.
type exclusion struct {
	layer
	at position
}

// The keys of a sweep file, in the order of the documentation.
var topKeys = []string{"name", "description", "pipeline", "base", "runs", "grid", "zip", "exclude", "seeds"}

// namePattern is what the name of a sweep must match; files are named by it.
const namePattern = `^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`

var nameForm = regexp.MustCompile(namePattern)

// ValidName says whether a name can be that of a sweep: it has letters, digits, ".", "_" and "-", at most 100, and
// starts with a letter or a digit.
func ValidName(name string) bool { return nameForm.MatchString(name) }

// specReader reads the parts of a sweep file.
type specReader struct {
	spec  *spec
	found *problems
	parts map[string]*node
}

// readSpec reads a file of which root, nil where the file is empty, is the tree.
func readSpec(src *source, root *node, overrides []string, found *problems) *spec {
	start := position{src, 1, 1}
	r := &specReader{spec: &spec{at: start}, found: found, parts: make(map[string]*node)}
	switch {
	case root == nil || root.isNull():
		found.add(position{source: src}, "a sweep file begins with name:", "the file is empty")
		return nil
	case root.kind != mappingNode:
		found.add(root.at, "a sweep file begins with name:", "a sweep file is a mapping, and this is %v", root)
		return nil
	}
	for _, e := range root.entries {
		if !slices.Contains(topKeys, e.key) {
			found.add(e.at, unknownTopKey(e.key), "there is no key %q in a sweep file", shorten(e.key))
			continue
		}
		r.parts[e.key] = e.value
	}
	r.head()
	if !r.pipeline() {
		return nil
	}
	r.layers()
	r.exclusions()
	r.spec.seeds = []int64{0}
	if n := r.part("seeds"); n != nil {
		r.spec.seeds = readSeeds(n, found)
	}
	r.overrides(overrides)
	return r.spec
}

// unknownTopKey suggests what was meant by a key at the top of the file.
func unknownTopKey(key string) string {
	for _, p := range catalogue.Pipelines() {
		words := newVocabulary(p)
		_, section := words.sections[key]
		if _, leaf := words.leaves[key]; leaf || section {
			return "settings stand under base, runs, grid or zip"
		}
	}
	return nearest(key, topKeys)
}

// part returns a key of the file, or nil where it is left out or left empty.
func (r *specReader) part(key string) *node {
	if n := r.parts[key]; n != nil && !n.isNull() {
		return n
	}
	return nil
}

// text returns a key that is a text.
func (r *specReader) text(key string) (string, position) {
	n := r.part(key)
	switch {
	case n == nil:
		return "", r.spec.at
	case n.kind != scalarNode:
		r.found.add(n.at, "", "%s is %v, not a text", key, n)
	case n.scalar.kind != textScalar:
		r.found.add(n.at, n.scalar.remedy(catalogue.Text), "%s is %v, not a text", key, n)
	default:
		return n.scalar.text, n.at
	}
	return "", position{}
}

// head reads the name and the description.
func (r *specReader) head() {
	name, at := r.text("name")
	switch {
	case r.part("name") == nil:
		r.found.add(at, "it names the report: name: my-sweep", "the sweep has no name")
	case at.source != nil && !nameForm.MatchString(name):
		r.found.add(at, "a name is 1 to 100 letters, digits, dots, dashes and underscores, the first a letter or a digit",
			"%q cannot name a sweep", shorten(name))
	}
	r.spec.name = name
	r.spec.description, _ = r.text("description")
}

// pipeline finds the pipeline, and says whether there is one.
func (r *specReader) pipeline() bool {
	pipelines := catalogue.Pipelines()
	chosen := pipelines[0]
	if r.part("pipeline") != nil {
		name, at := r.text("pipeline")
		i := slices.IndexFunc(pipelines, func(p catalogue.Pipeline) bool { return p.Name == name })
		switch {
		case at.source == nil:
			return false
		case i < 0:
			var names []string
			for _, p := range pipelines {
				names = append(names, p.Name)
			}
			r.found.add(at, nearest(name, names), "there is no pipeline %q", shorten(name))
			return false
		}
		chosen = pipelines[i]
	}
	r.spec.words = newVocabulary(chosen)
	return true
}

// layers reads base, runs, grid and zip.
func (r *specReader) layers() {
	r.spec.base = &layer{title: "base"}
	r.spec.grid = &layer{title: "grid"}
	r.spec.zip = &layer{title: "zip", zipped: true}
	r.layer(r.spec.base, r.part("base"), "put alternatives under runs or grid")
	r.blocks()
	r.layer(r.spec.grid, r.part("grid"), "")
	r.layer(r.spec.zip, r.part("zip"), "")
	r.checkZip()
	for _, s := range r.spec.zip.settings {
		if r.spec.grid.find(s.path) != nil {
			r.found.add(s.at, "", "%s stands in grid and in zip", s.path)
		}
	}
}

func (r *specReader) layer(l *layer, n *node, noLists string) {
	if n == nil {
		return
	}
	reader := layerReader{words: r.spec.words, found: r.found, layer: l, noLists: noLists}
	reader.read("", n)
	l.check(r.found)
}

func (r *specReader) blocks() {
	n := r.part("runs")
	switch {
	case n == nil:
		r.spec.blocks = []*block{{layer: layer{title: "the sweep"}, at: r.spec.at}}
		return
	case n.kind != listNode:
		r.found.add(n.at, "write each block behind a dash", "runs is a list of blocks, and this is %v", n)
		return
	case len(n.items) == 0:
		r.found.add(n.at, "", "runs is an empty list")
		return
	}
	for i, item := range n.items {
		b := &block{layer: layer{title: fmt.Sprintf("block %d", i+1)}, at: item.at}
		r.layer(&b.layer, item, "")
		r.spec.blocks = append(r.spec.blocks, b)
	}
}

// checkZip reports lists of the zip that are not of one length.
func (r *specReader) checkZip() {
	settings := r.spec.zip.settings
	for _, s := range settings {
		first := settings[0]
		switch {
		case !s.list:
			r.found.add(s.at, "put a single value under base", "%s takes one value, and zip walks lists side by side", s.path)
		case len(s.values) != len(first.values):
			r.found.add(s.at, "", "%s has %d values, and %s, which it is walked beside, has %d",
				s.path, len(s.values), first.path, len(first.values))
		}
	}
}

func (r *specReader) exclusions() {
	n := r.part("exclude")
	if n == nil {
		return
	}
	if n.kind != listNode {
		r.found.add(n.at, "write each entry behind a dash", "exclude is a list of mappings, and this is %v", n)
		return
	}
	for i, item := range n.items {
		e := &exclusion{layer: layer{title: fmt.Sprintf("exclude entry %d", i+1)}, at: item.at}
		reader := layerReader{words: r.spec.words, found: r.found, layer: &e.layer, seed: true}
		reader.read("", item)
		if item.kind == mappingNode && len(item.entries) == 0 {
			r.found.add(item.at, "", "%s is empty, and would exclude every run", e.title)
		}
		e.check(r.found)
		r.spec.exclude = append(r.spec.exclude, e)
	}
}
