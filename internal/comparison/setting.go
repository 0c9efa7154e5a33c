package comparison

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"experiment/internal/run"
)

// Setting is a setting of a run and its value as people read it.
type Setting struct {
	Path  string // "optimizer.lr"
	Value string // empty where the run has no such setting
}

// SettingsOf returns the settings of a configuration at some paths, in their order.
func SettingsOf(c run.Config, paths []string) []Setting {
	settings := make([]Setting, len(paths))
	for i, path := range paths {
		settings[i].Path = path
		if v, ok := c.Get(path); ok {
			settings[i].Value = FormatSetting(v)
		}
	}
	return settings
}

// Title names what sets a section apart: "fashion-mnist, optimizer.lr 0.05".
func Title(settings []Setting) string {
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

// Paths lists the settings that groups have, but the seed: data first, then as training goes.
func Paths(groups []*Group) []string {
	seen := map[string]bool{}
	for _, g := range groups {
		for _, f := range g.Config.Fields() {
			seen[f.Path] = true
		}
	}
	delete(seen, "seed")
	return sortedPaths(seen)
}

func sortedPaths(paths map[string]bool) []string {
	return slices.SortedFunc(maps.Keys(paths), comparePaths)
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
	parentA, lastA := SplitPath(a)
	parentB, lastB := SplitPath(b)
	other := func(last string) int {
		if last == "name" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(parentA, parentB),
		cmp.Compare(other(lastA), other(lastB)), cmp.Compare(lastA, lastB))
}

// SplitPath returns the group of a path and the name within it.
func SplitPath(path string) (parent, last string) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

// FormatSetting writes a value in the fewest digits.
func FormatSetting(value any) string { return string(appendSetting(nil, value)) }

func appendSetting(b []byte, value any) []byte {
	switch v := value.(type) {
	case float64:
		return strconv.AppendFloat(b, v, 'g', -1, 64)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case string:
		return append(b, v...)
	case bool:
		return strconv.AppendBool(b, v)
	}
	return fmt.Append(b, value)
}

// compareSettings orders values that FormatSetting wrote: numbers by size, before words.
func compareSettings(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Compare(x, y)
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}

// canonicalSetting writes a text as FormatSetting writes values like this one, so that 5e-4 and 0.0005 are the same.
func canonicalSetting(like any, text string) string {
	switch like.(type) {
	case float64, int64:
		if number, err := strconv.ParseFloat(text, 64); err == nil {
			return FormatSetting(number)
		}
	}
	return text
}
