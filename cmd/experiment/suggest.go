package main

import "github.com/agnivade/levenshtein"

// suggestion asks whether the nearest of the names was meant, or returns otherwise where none is near. Of
// names that are as near, one that is as long as the word is nearer.
func suggestion(word string, names []string, otherwise string) string {
	far := min(1+max(2, len(word)/3), len(word))
	best, least := "", 2*far
	for _, name := range names {
		d := 2 * levenshtein.ComputeDistance(word, name)
		if len(name) != len(word) {
			d++
		}
		if d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return otherwise
	}
	return "did you mean " + best + "?"
}

// helpHint points to the help text of a command, or of the program where command is empty.
func helpHint(command string) string {
	if command == "" {
		return "experiment --help"
	}
	return "experiment " + command + " --help"
}
