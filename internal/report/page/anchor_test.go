package page

import "testing"

// TestAnchors holds that headings have the anchors that GitHub gives them.
func TestAnchors(t *testing.T) {
	a := anchors{map[string]bool{}}
	for _, c := range []struct{ heading, want string }{
		{"What was run", "what-was-run"},
		{"ECE and NLL against γ", "ece-and-nll-against-γ"},
		{"Against cross_entropy", "against-cross_entropy"},
		{"What was run", "what-was-run-1"},
		{"what was RUN", "what-was-run-2"},
		{"losses-0.5", "losses-05"},
		{"CE - γ·H[q], at p", "ce---γhq-at-p"},
		{"Ünïcode & Ärger", "ünïcode--ärger"},
		{"???", ""},
		{"!", "-1"},
	} {
		if got := a.anchorOf(c.heading); got != c.want {
			t.Errorf("%q has the anchor %q, want %q", c.heading, got, c.want)
		}
	}
}
