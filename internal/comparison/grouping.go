package comparison

import (
	"fmt"
	"slices"
	"strings"

	"experiment/internal/run"
)

// Hidden is a setting that the runs of a group do not share, though nothing in its row tells.
type Hidden struct {
	Path   string
	Values []string // as people read them, in order; "none" for runs without the setting
}

// FieldError says that runs cannot be grouped by a field.
type FieldError struct {
	Field  string
	Reason string   // empty where there is no such field
	Known  []string // what they can be grouped by
}

func (e *FieldError) Error() string {
	if e.Reason != "" {
		return fmt.Sprintf("grouping by %s: %s", e.Field, e.Reason)
	}
	return fmt.Sprintf("grouping by %q: no run has such a setting", e.Field)
}

// GroupBy groups runs by some fields only, in the order in which groups first occur: settings by their path, whole
// sections of them such as "optimizer", "dataset", "model" and "loss" by their names, and "label" for the loss with all
// its parameters. A parameter of a loss tells groups apart together with the name of the loss.
func GroupBy(records []run.Record, fields []string) ([]*Group, error) {
	paths, err := pathsOfFields(records, fields)
	if err != nil {
		return nil, err
	}
	groups := groupRecords(records, func(path string) bool { return paths[path] })
	for _, g := range groups {
		g.Hidden = hiddenSettings(g.Records, paths)
		if g.Config, err = onlySettings(g.Config, paths); err != nil {
			return nil, fmt.Errorf("grouping runs: %w", err)
		}
		g.Loss, g.Label = sharedLoss(g)
	}
	return groups, nil
}

// pathsOfFields returns the settings that fields stand for.
func pathsOfFields(records []run.Record, fields []string) (map[string]bool, error) {
	known := map[string]bool{}
	for _, r := range records {
		for _, f := range r.Config.Fields() {
			known[f.Path] = true
		}
	}
	wanted := map[string]bool{}
	for _, field := range fields {
		if field == "seed" {
			return nil, &FieldError{Field: field, Reason: "rows are what several seeds gave"}
		}
		found := false
		for path := range known {
			if fieldHolds(field, path) {
				wanted[path], found = true, true
			}
		}
		if !found && len(known) > 0 {
			return nil, &FieldError{Field: field, Known: groupable(known)}
		}
	}
	for path := range wanted {
		if strings.HasPrefix(path, "loss.") {
			wanted["loss.name"] = true
			break
		}
	}
	return wanted, nil
}

// fieldHolds says whether a field stands for a setting, alone or among others.
func fieldHolds(field, path string) bool {
	if field == "label" {
		return strings.HasPrefix(path, "loss.")
	}
	if one := pathOfField(field); one != field {
		return path == one
	}
	return path == field || strings.HasPrefix(path, field+".")
}

// groupable lists what runs with some settings can be grouped by.
func groupable(paths map[string]bool) []string {
	names := []string{"label", "loss", "dataset", "model"}
	for _, path := range sortedPaths(paths) {
		if path != "seed" && !slices.Contains(names, path) {
			names = append(names, path)
		}
	}
	return names
}

// hiddenSettings lists the settings, but the seed and those that are told, in which runs differ.
func hiddenSettings(records []*run.Record, told map[string]bool) []Hidden {
	paths := map[string]bool{}
	for _, r := range records {
		for _, f := range r.Config.Fields() {
			if f.Path != "seed" && !told[f.Path] {
				paths[f.Path] = true
			}
		}
	}
	var hidden []Hidden
	for _, path := range sortedPaths(paths) {
		h := Hidden{Path: path}
		for _, r := range records {
			text := "none"
			if v, ok := r.Config.Get(path); ok {
				text = FormatSetting(v)
			}
			if !slices.Contains(h.Values, text) {
				h.Values = append(h.Values, text)
			}
		}
		if len(h.Values) > 1 {
			slices.SortFunc(h.Values, compareSettings)
			hidden = append(hidden, h)
		}
	}
	return hidden
}

func onlySettings(c run.Config, paths map[string]bool) (run.Config, error) {
	return run.NewConfig(slices.DeleteFunc(slices.Clone(c.Fields()), func(f run.Field) bool { return !paths[f.Path] }))
}

// mixedLosses is the label of a group of several losses.
const mixedLosses = "several losses"

// sharedLoss returns what the runs of a group share of their loss: its name, and the label as far as it holds for all.
func sharedLoss(g *Group) (loss, label string) {
	for i, r := range g.Records {
		name := r.Config.Text("loss.name")
		if i == 0 {
			loss, label = name, r.Label
			continue
		}
		if name != loss {
			return "", mixedLosses
		}
		if r.Label != label {
			label = ""
		}
	}
	switch {
	case len(g.Records) == 0:
		return g.Loss, g.Label
	case label != "":
		return loss, label
	}
	words := []string{loss}
	for _, f := range g.Config.Fields() {
		if parent, last := SplitPath(f.Path); parent == "loss" && last != "name" {
			words = append(words, last+"="+FormatSetting(f.Value))
		}
	}
	return loss, strings.Join(words, " ")
}
