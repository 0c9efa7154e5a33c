package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Setting is a setting of a run and its value as people read it.
type Setting struct {
	Path  string // "optimizer.lr"
	Value string // empty where the run has no such setting
}

// layout says how groups are arranged: what sets tables apart, and what is told by columns of a table.
// Settings of the loss are told by labels.
type layout struct {
	varying []string // paths that vary, loss included, seed not
	apart   []string // one table for each combination of these
	axes    []string // columns
}

// section is the groups of one table.
type section struct {
	settings []Setting // what sets it apart, in the order of the layout
	groups   []*group
}

// newLayout puts losses that were trained in the same way into one table. Where every table would have a
// single row, all settings become columns instead, but the data set, whose numbers do not compare.
func newLayout(groups []*group) layout {
	l := layout{varying: varyingPaths(groups)}
	for _, path := range l.varying {
		if !strings.HasPrefix(path, "loss.") {
			l.apart = append(l.apart, path)
		}
	}
	if len(l.apart) == 0 || longest(l.sections(groups)) > 1 {
		return l
	}
	all := l.apart
	isData := func(path string) bool { return path == "data.name" }
	l.apart = slices.DeleteFunc(slices.Clone(all), func(p string) bool { return !isData(p) })
	l.axes = slices.DeleteFunc(slices.Clone(all), isData)
	if longest(l.sections(groups)) < 2 {
		l.apart, l.axes = nil, all
	}
	return l
}

func longest(sections []section) int {
	most := 0
	for _, s := range sections {
		most = max(most, len(s.groups))
	}
	return most
}

// sections arranges groups into tables, in the order in which they occur.
func (l layout) sections(groups []*group) []section {
	var sections []section
	index := map[string]int{}
	for _, g := range groups {
		settings := settingsOf(g, l.apart)
		identity := fmt.Sprint(settings)
		i, ok := index[identity]
		if !ok {
			i = len(sections)
			index[identity] = i
			sections = append(sections, section{settings: settings})
		}
		sections[i].groups = append(sections[i].groups, g)
	}
	return sections
}

func settingsOf(g *group, paths []string) []Setting {
	settings := make([]Setting, len(paths))
	for i, path := range paths {
		settings[i].Path = path
		if v, ok := g.config.Get(path); ok {
			settings[i].Value = formatSetting(v)
		}
	}
	return settings
}

// title names what sets a section apart: "fashion-mnist, optimizer.lr 0.05".
func title(settings []Setting) string {
	var words []string
	for _, s := range settings {
		switch {
		case s.Value == "":
		case strings.HasSuffix(s.Path, ".name"):
			words = append(words, s.Value)
		default:
			words = append(words, s.Path+" "+s.Value)
		}
	}
	return strings.Join(words, ", ")
}

// nameOf names a group within its section: its label, and the settings told by columns.
func (l layout) nameOf(g *group) string {
	if extra := title(settingsOf(g, l.axes)); extra != "" {
		return g.label + ", " + extra
	}
	return g.label
}

// varyingPaths lists the settings, but the seed, that tell groups apart. One that follows from a choice,
// such as the width that only one of two models has, does not: the choice tells.
func varyingPaths(groups []*group) []string {
	classes := map[string]map[string]map[string]bool{} // path -> choice it belongs to -> values
	for _, path := range pathsOf(groups) {
		classes[path] = map[string]map[string]bool{}
		for _, g := range groups {
			choice := ""
			if parent, last := split(path); last != "name" && parent != "" {
				choice = g.config.Text(parent + ".name")
			}
			if classes[path][choice] == nil {
				classes[path][choice] = map[string]bool{}
			}
			value := "" // absent
			if v, ok := g.config.Get(path); ok {
				value = "=" + formatSetting(v)
			}
			classes[path][choice][value] = true
		}
	}
	var varying []string
	for _, path := range pathsOf(groups) {
		for _, values := range classes[path] {
			if len(values) > 1 {
				varying = append(varying, path)
				break
			}
		}
	}
	return varying
}

// pathsOf lists the settings that groups have, but the seed: data first, then as training goes.
func pathsOf(groups []*group) []string {
	seen := map[string]bool{"seed": true}
	var paths []string
	for _, g := range groups {
		for _, f := range g.config.Fields() {
			if !seen[f.Path] {
				seen[f.Path] = true
				paths = append(paths, f.Path)
			}
		}
	}
	slices.SortFunc(paths, comparePaths)
	return paths
}

// sectionOrder is how people read a configuration.
var sectionOrder = [...]string{"pipeline", "data", "model", "loss", "optimizer", "train"}

// comparePaths orders settings by group, a choice before its parameters.
func comparePaths(a, b string) int {
	rank := func(path string) int {
		root, _, _ := strings.Cut(path, ".")
		if i := slices.Index(sectionOrder[:], root); i >= 0 {
			return i
		}
		return len(sectionOrder)
	}
	parentA, lastA := split(a)
	parentB, lastB := split(b)
	other := func(last string) int {
		if last == "name" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(parentA, parentB),
		cmp.Compare(other(lastA), other(lastB)), cmp.Compare(lastA, lastB))
}

// split returns the group of a path and the name within it.
func split(path string) (parent, last string) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

// formatSetting writes a value in the fewest digits.
func formatSetting(value any) string {
	if f, ok := value.(float64); ok {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}

// number returns the value of a setting that is a number.
func (g *group) number(path string) (float64, bool) {
	v, _ := g.config.Get(path)
	switch v.(type) {
	case int64, float64:
		return g.config.Float(path), true
	}
	return 0, false
}
