package page

import (
	"strconv"
	"strings"
	"unicode"
)

// anchors gives headings the anchors that GitHub gives them, so that links in a Markdown file and in its page
// are the same.
type anchors struct{ taken map[string]bool }

// anchorOf returns the anchor of the next heading: small letters, digits, hyphens and underscores, with hyphens
// for spaces, and a number behind one that was there before.
func (a anchors) anchorOf(text string) string {
	base := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc):
			return unicode.ToLower(r)
		}
		return -1
	}, text)
	anchor := base
	for i := 1; a.taken[anchor]; i++ {
		anchor = base + "-" + strconv.Itoa(i)
	}
	a.taken[anchor] = true
	return anchor
}
