package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// settingsTable shows the configuration of a study: one row for each choice that was made, with its
// parameters; what varies is bold.
func settingsTable(groups []*comparison.Group, records []run.Record, varying []string) string {
	type choice struct{ parent, name string }
	var choices []choice
	values := map[choice]map[string][]string{} // path -> values in the order of the sweep
	for _, path := range comparison.Paths(groups) {
		parent, last := comparison.SplitPath(path)
		for _, g := range groups {
			v, ok := g.Config.Get(path)
			if !ok {
				continue
			}
			c := choice{parent, g.Config.Text(parent + ".name")}
			if parent == "" {
				c = choice{parent: path}
			}
			if values[c] == nil {
				values[c] = map[string][]string{}
				choices = append(choices, c)
			}
			if text := comparison.FormatSetting(v); last != "name" && !slices.Contains(values[c][last], text) {
				values[c][last] = append(values[c][last], text)
			}
		}
	}
	var rows [][]string
	for _, c := range choices {
		name := escape(c.name)
		if slices.Contains(varying, c.parent+".name") {
			name = "**" + name + "**"
		}
		rows = append(rows, []string{escape(c.parent), name, parameters(c.parent, values[c], varying)})
	}
	if seeds := seedList(records); seeds != "" {
		rows = append(rows, []string{"seed", "", seeds})
	}
	return pipeTable([]string{"Setting", "Choice", "Parameters"}, []bool{false, false, false}, rows)
}

// parameters lists the values of a choice.
func parameters(parent string, values map[string][]string, varying []string) string {
	var parts []string
	for _, name := range sortedKeys(values) {
		text := escape(strings.Join(values[name], ", "))
		if slices.Contains(varying, parent+"."+name) && len(values[name]) > 1 {
			text = "**" + text + "**"
		}
		if name == parent {
			parts = append(parts, text)
			continue
		}
		parts = append(parts, escape(name)+" "+text)
	}
	return strings.Join(parts, "; ")
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// seedList lists the seeds of all runs: "0 to 4", or one by one where they have holes.
func seedList(records []run.Record) string {
	var seeds []int64
	for _, r := range records {
		seeds = append(seeds, r.Config.Seed())
	}
	if len(seeds) == 0 {
		return ""
	}
	slices.Sort(seeds)
	seeds = slices.Compact(seeds)
	first, last := seeds[0], seeds[len(seeds)-1]
	if len(seeds) > 2 && last-first == int64(len(seeds)-1) {
		return fmt.Sprintf("%d to %d", first, last)
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(seeds), " ", ", "), "[]")
}
