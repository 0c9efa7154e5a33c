package sweep

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// nearest suggests the candidate that name was probably meant to be, "did you mean ...?", or lists the
// candidates where none is near and they are few.
func nearest(name string, candidates []string) string {
	const few = 12
	letters := utf8.RuneCountInString(shorten(name))
	best, distance := "", min(2+letters/3, letters)
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(shorten(name)), strings.ToLower(c)); d < distance {
			best, distance = c, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf("did you mean %q?", best)
	case len(candidates) == 0 || len(candidates) > few:
		return ""
	}
	return "known: " + strings.Join(candidates, ", ")
}

// keys returns the keys of a map, sorted.
func keys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
