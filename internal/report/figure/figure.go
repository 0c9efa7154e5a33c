// Package figure draws the figures of a report as SVG and PNG: reliability diagrams, curves, histograms, and what is
// weighed by two numbers. It knows numbers, names and colours, but no runs. The same input gives the same bytes.
package figure

import (
	"image/color"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Width is how wide a figure is at most: 880 pixels, about the width of a page on GitHub.
const Width = 660 * vg.Length(1)

const margin vg.Length = 8

// fontFamilies are metrically the same, but for the last, which is for machines that have none of them.
const fontFamilies = "'Liberation Sans',Arial,Helvetica,sans-serif"

// The greys of what is not data.
var (
	ink  = color.NRGBA{R: 0x24, G: 0x29, B: 0x2f, A: 0xff}
	dim  = color.NRGBA{R: 0x6e, G: 0x77, B: 0x81, A: 0xff}
	rule = color.NRGBA{R: 0xd8, G: 0xdc, B: 0xe1, A: 0xff}
)

// newFonts returns the fonts that text is measured by.
func newFonts() text.Plain { return text.Plain{Fonts: font.NewCache(liberation.Collection())} }

// style returns how text of a size in points looks.
func style(fonts text.Plain, size vg.Length, bold bool) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return text.Style{Color: ink, Font: f, Handler: fonts}
}

func aligned(s text.Style, x text.XAlignment, y text.YAlignment) text.Style {
	s.XAlign, s.YAlign = x, y
	return s
}

// line is a stroke of a width in points.
func line(c color.Color, width vg.Length, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: dashes}
}

func rectangle(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

func fill(c draw.Canvas, colour color.Color, r vg.Rectangle) {
	c.SetColor(colour)
	c.Fill(r.Path())
}

func outline(c draw.Canvas, s draw.LineStyle, r vg.Rectangle) {
	c.SetLineStyle(s)
	c.Stroke(r.Path())
}
