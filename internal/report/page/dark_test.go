package page

import (
	"math"
	"strings"
	"testing"

	"github.com/lucasb-eyer/go-colorful"
	"pgregory.net/rapid"
)

// contrast is the ratio of WCAG 2.1, from 1 to 21.
func contrast(t fataler, a, b string) float64 {
	luminance := func(hex string) float64 {
		c, err := colorful.Hex(hex)
		if err != nil {
			t.Fatal(err)
		}
		r, g, b := c.LinearRgb()
		return 0.2126*r + 0.7152*g + 0.0722*b
	}
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return math.Max(x, y) / math.Min(x, y)
}

type fataler interface{ Fatal(...any) }

func dark(t fataler, hex string) string {
	c, err := onDark(hex)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDarkEnds holds that white paper becomes the page, which the style names too, and black the brightest ink.
func TestDarkEnds(t *testing.T) {
	if got := dark(t, "#ffffff"); got != darkPage {
		t.Errorf("white becomes %s, want %s", got, darkPage)
	}
	if got := dark(t, "#000000"); got != darkInk {
		t.Errorf("black becomes %s, want %s", got, darkInk)
	}
	if !strings.Contains(pageCSS, "--page: "+darkPage+";") {
		t.Errorf("the style has another dark page than %s", darkPage)
	}
}

// TestDarkContrast holds that what could be read on white can be read on the dark page, that darker greys become
// lighter ones, and that hues stay.
func TestDarkContrast(t *testing.T) {
	channel := rapid.IntRange(0, 255)
	rapid.Check(t, func(t *rapid.T) {
		c := colorful.Color{R: float64(channel.Draw(t, "r")) / 255, G: float64(channel.Draw(t, "g")) / 255, B: float64(channel.Draw(t, "b")) / 255}
		on := dark(t, c.Hex())
		if before, after := contrast(t, c.Hex(), "#ffffff"), contrast(t, on, darkPage); after < min(before, 4.5) {
			t.Fatalf("%s has contrast %.2f on white, and as %s %.2f on the dark page", c.Hex(), before, on, after)
		}
		_, chroma, hue := c.OkLch()
		recoloured, err := colorful.Hex(on)
		if err != nil {
			t.Fatal(err)
		}
		_, newChroma, newHue := recoloured.OkLch()
		if turn := math.Abs(math.Remainder(hue-newHue, 360)); chroma > 0.1 && newChroma > 0.1 && turn > 12 {
			t.Fatalf("%s of hue %.0f becomes %s of hue %.0f", c.Hex(), hue, on, newHue)
		}
		a, b := channel.Draw(t, "grey"), channel.Draw(t, "grey")
		grey := func(v int) string {
			return colorful.Color{R: float64(v) / 255, G: float64(v) / 255, B: float64(v) / 255}.Hex()
		}
		if a < b && contrast(t, dark(t, grey(a)), darkPage) < contrast(t, dark(t, grey(b)), darkPage) {
			t.Fatalf("%s stands out less than %s", dark(t, grey(a)), dark(t, grey(b)))
		}
	})
}
