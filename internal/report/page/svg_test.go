package page

import (
	"strings"
	"testing"
)

// TestFiguresThatAreRefused holds that a figure can hold nothing that loads, links or runs.
func TestFiguresThatAreRefused(t *testing.T) {
	for _, inner := range []string{
		"<script>alert(1)</script>", "<a><path/></a>", "<image/>", "<foreignObject/>", "<style>*{}</style>", "<use/>", "<svg/>", "<animate/>",
		`<path onclick="alert(1)"/>`, `<path href="x"/>`, `<path xlink:href="x"/>`, `<path style="fill:url(http://x)"/>`, `<path fill="URL(x)"/>`, `<path style="onclick:x"/>`,
	} {
		svg := `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">` + inner + "</svg>"
		if _, err := inline([]byte(svg), "", "", map[string]bool{}); err == nil || !strings.Contains(err.Error(), "does not belong into a figure") {
			t.Errorf("%s: got %v", inner, err)
		}
	}
}

// TestFiguresShareNoIdentifier holds that the same figure twice does not refer to itself.
func TestFiguresShareNoIdentifier(t *testing.T) {
	svg := read(t, "figure.svg")
	page := write(t, "![a](a.svg)\n\n![b](b.svg)\n", Figure{"a.svg", svg}, Figure{"b.svg", svg})
	for _, want := range []string{`id="figure.1.frame"`, `url(#figure.1.frame)`, `id="figure.2.frame"`, `url(#figure.2.frame)`} {
		if n := strings.Count(page, want); n != 1 {
			t.Errorf("%s stands %d times", want, n)
		}
	}
}
