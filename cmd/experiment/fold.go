package main

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// fold writes the words of a text behind a start into lines of at most width columns, the lines after the
// first behind a margin. A width of 0 is one line. Words are never broken.
func fold(start string, margin int, text string, width int) []string {
	var lines []string
	line, used, words := start, displaywidth.Options{ControlSequences: true}.String(start), 0
	for _, word := range strings.Fields(text) {
		size := displaywidth.String(word)
		if width > 0 && words > 0 && used+size > width {
			lines = append(lines, strings.TrimRight(line, " "))
			line, used, words = strings.Repeat(" ", margin), margin, 0
		}
		line += word + " "
		used += size + 1
		words++
	}
	return append(lines, strings.TrimRight(line, " "))
}
