package main

import "github.com/clipperhouse/displaywidth"

// elision says where a text that is too long for its column is cut.
type elision int

const (
	elideNever  elision = iota
	elideMiddle         // keeps start and end: labels, whose parameters stand last
	elideEnd            // keeps the start
)

// leastWidth is how far a column may be shortened.
const leastWidth = 16

const ellipsis = "…"

// shorten cuts a text to a width in terminal columns.
func (e elision) shorten(text string, width int) string {
	if e == elideNever || displaywidth.String(text) <= width {
		return text
	}
	if width <= 1 {
		return ellipsis
	}
	if e == elideEnd {
		return head(text, width-1) + ellipsis
	}
	back := (width - 1) / 2
	return head(text, width-1-back) + ellipsis + tail(text, back)
}

// head returns as many of the first characters as fit into a width.
func head(text string, width int) string {
	end, used := 0, 0
	for i, r := range text {
		w := displaywidth.Rune(r)
		if used+w > width {
			return text[:i]
		}
		used, end = used+w, i+len(string(r))
	}
	return text[:end]
}

// tail returns as many of the last characters as fit into a width.
func tail(text string, width int) string {
	runes := []rune(text)
	start, used := len(runes), 0
	for start > 0 {
		w := displaywidth.Rune(runes[start-1])
		if used+w > width {
			break
		}
		used += w
		start--
	}
	return string(runes[start:])
}
