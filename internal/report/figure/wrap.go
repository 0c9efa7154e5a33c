package figure

import (
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// wrap breaks a text at its spaces into lines of at most a width. What does not fit into the last of at
// most the given number of lines is cut and ends in an ellipsis.
func wrap(s string, st text.Style, width vg.Length, most int) []string {
	var lines []string
	current := ""
	for _, word := range strings.Fields(s) {
		if longer := strings.TrimSpace(current + " " + word); current == "" || st.Width(longer) <= width {
			current = longer
			continue
		}
		lines = append(lines, current)
		current = word
	}
	lines = append(lines, current)
	if len(lines) > most {
		rest := strings.Join(lines[most-1:], " ")
		lines = append(lines[:most-1], rest)
	}
	for i := range lines {
		lines[i] = cut(lines[i], st, width)
	}
	return lines
}

// cut shortens a line to a width.
func cut(s string, st text.Style, width vg.Length) string {
	if st.Width(s) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && st.Width(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
