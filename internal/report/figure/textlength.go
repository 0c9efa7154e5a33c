package figure

import (
	"fmt"
	"html"
	"regexp"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// textElement matches a text as vgsvg writes it: its attributes, whether it is bold, its size, its content.
var textElement = regexp.MustCompile(`<text ([^>]*style="[^"]*?(font-weight:bold;)?font-size:([0-9.]+)px[^"]*")>([^<]*)</text>`)

// fixWidths writes into every text how wide it was measured, so that it keeps its room where another font
// has to stand in.
func fixWidths(svg []byte, fonts text.Plain) []byte {
	return textElement.ReplaceAllFunc(svg, func(element []byte) []byte {
		parts := textElement.FindSubmatch(element)
		size, err := strconv.ParseFloat(string(parts[3]), 64)
		if err != nil {
			return element
		}
		width := style(fonts, vg.Length(size), len(parts[2]) > 0).Width(html.UnescapeString(string(parts[4])))
		return fmt.Appendf(nil, `<text %s textLength="%.5g" lengthAdjust="spacingAndGlyphs">%s</text>`, parts[1], width.Points(), parts[4])
	})
}
