package page

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/lucasb-eyer/go-colorful"
)

// What white and black become on a dark screen; white becomes the page itself.
const (
	darkPage = "#0d1117"
	darkInk  = "#f7f9fb"
)

// darkStyle returns the rules that recolour figures, which are drawn on white, on a dark screen. Colours are of
// the form #rrggbb.
func darkStyle(colours map[string]bool) (string, error) {
	var b strings.Builder
	b.WriteString("@media screen and (prefers-color-scheme: dark) {\n")
	for _, c := range slices.Sorted(maps.Keys(colours)) {
		dark, err := onDark(c)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "  .figure [fill=%q] { fill: %s; }\n", c, dark)
		fmt.Fprintf(&b, "  .figure [stroke=%q] { stroke: %s; }\n", c, dark)
	}
	b.WriteString("}\n")
	return b.String(), nil
}

// onDark returns the colour that stands out from the dark page as the given one stands out from white: of the same
// hue, with its lightness in OKLab (Ottosson 2020) turned round. The power keeps strong colours, which are of middle
// lightness, bright, while tints near white sink into the page.
func onDark(hex string) (string, error) {
	const power = 3
	var c, white, black colorful.Color
	for _, parse := range []struct {
		into *colorful.Color
		from string
	}{{&c, hex}, {&white, darkPage}, {&black, darkInk}} {
		var err error
		if *parse.into, err = colorful.Hex(parse.from); err != nil {
			return "", fmt.Errorf("recolouring a figure: %w", err)
		}
	}
	l, a, b := c.OkLab()
	grey, greyA, greyB := white.BlendOkLab(black, 1-math.Pow(min(l, 1), power)).OkLab()
	for chroma := 1.0; ; chroma -= 0.02 {
		dark := colorful.OkLab(grey, greyA+chroma*a, greyB+chroma*b)
		if dark.IsValid() || chroma <= 0 {
			return dark.Clamped().Hex(), nil
		}
	}
}
