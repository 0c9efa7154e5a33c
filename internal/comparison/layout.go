package comparison

import (
	"fmt"
	"slices"
	"strings"
)

// Layout says how groups are arranged: what sets tables apart, and what is told by columns of a table.
// Settings of the loss are told by labels.
type Layout struct {
	Varying []string // paths that vary, loss included, seed not
	Apart   []string // one table for each combination of these
	Axes    []string // columns
}

// Section is the groups of one table.
type Section struct {
	Settings []Setting // what sets it apart, in the order of the layout
	Groups   []*Group
}

// NewLayout puts losses that were trained in the same way into one table. Where every table would have a
// single row, all settings become columns instead, but the data set, whose numbers do not compare.
func NewLayout(groups []*Group) Layout {
	l := Layout{Varying: VaryingPaths(groups)}
	for _, path := range l.Varying {
		if !strings.HasPrefix(path, "loss.") {
			l.Apart = append(l.Apart, path)
		}
	}
	if len(l.Apart) == 0 || longest(l.Sections(groups)) > 1 {
		return l
	}
	all := l.Apart
	isData := func(path string) bool { return path == "data.name" }
	l.Apart = slices.DeleteFunc(slices.Clone(all), func(p string) bool { return !isData(p) })
	l.Axes = slices.DeleteFunc(slices.Clone(all), isData)
	if longest(l.Sections(groups)) < 2 {
		l.Apart, l.Axes = nil, all
	}
	return l
}

func longest(sections []Section) int {
	most := 0
	for _, s := range sections {
		most = max(most, len(s.Groups))
	}
	return most
}

// Sections arranges groups into tables, in the order in which they occur.
func (l Layout) Sections(groups []*Group) []Section {
	var sections []Section
	index := map[string]int{}
	for _, g := range groups {
		settings := SettingsOf(g.Config, l.Apart)
		identity := fmt.Sprint(settings)
		i, ok := index[identity]
		if !ok {
			i = len(sections)
			index[identity] = i
			sections = append(sections, Section{Settings: settings})
		}
		sections[i].Groups = append(sections[i].Groups, g)
	}
	return sections
}

// NameOf names a group within its section: its label, and the settings told by columns.
func (l Layout) NameOf(g *Group) string {
	if extra := Title(SettingsOf(g.Config, l.Axes)); extra != "" {
		return g.Label + ", " + extra
	}
	return g.Label
}

// VaryingPaths lists the settings, but the seed, that tell groups apart. One that follows from a choice,
// such as the width that only one of two models has, does not: the choice tells.
func VaryingPaths(groups []*Group) []string {
	classes := map[string]map[string]map[string]bool{} // path -> choice it belongs to -> values
	for _, path := range Paths(groups) {
		classes[path] = map[string]map[string]bool{}
		for _, g := range groups {
			choice := ""
			if parent, last := SplitPath(path); last != "name" && parent != "" {
				choice = g.Config.Text(parent + ".name")
			}
			if classes[path][choice] == nil {
				classes[path][choice] = map[string]bool{}
			}
			value := "" // absent
			if v, ok := g.Config.Get(path); ok {
				value = "=" + FormatSetting(v)
			}
			classes[path][choice][value] = true
		}
	}
	var varying []string
	for _, path := range Paths(groups) {
		for _, values := range classes[path] {
			if len(values) > 1 {
				varying = append(varying, path)
				break
			}
		}
	}
	return varying
}
