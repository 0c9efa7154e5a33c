package figure

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"io"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Drawing is a figure that can be written in several formats.
type Drawing struct {
	title         string // for those who cannot see it
	width, height vg.Length
	fonts         text.Plain
	paint         func(c draw.Canvas)
}

// pixelsPerInch of a PNG: two pixels for each of a web page, which has 96 an inch.
const pixelsPerInch = 192

// on draws on a canvas, filled with white so that the figure can be read on a dark background too.
func (d Drawing) on(canvas vg.CanvasSizer) {
	c := draw.New(canvas)
	fill(c, color.White, c.Rectangle)
	d.paint(c)
}

// PNG returns the figure as an image, at twice the pixels of a web page.
func (d Drawing) PNG() ([]byte, error) {
	canvas := vgimg.NewWith(vgimg.UseWH(d.width, d.height), vgimg.UseDPI(pixelsPerInch))
	d.on(canvas)
	var image bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(&image); err != nil {
		return nil, fmt.Errorf("writing figure %q as PNG: %w", d.title, err)
	}
	return image.Bytes(), nil
}

// SVG returns the figure with its title.
func (d Drawing) SVG() ([]byte, error) {
	canvas := vgsvg.New(d.width, d.height)
	d.on(canvas)
	var raw, escaped bytes.Buffer
	if _, err := canvas.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("writing figure %q: %w", d.title, err)
	}
	if err := xml.EscapeText(&escaped, []byte(d.title)); err != nil {
		return nil, fmt.Errorf("writing the title of figure %q: %w", d.title, err)
	}
	svg := raw.Bytes()
	svg = bytes.ReplaceAll(svg, []byte("font-family:Liberation Sans;font-variant:normal;"), []byte("font-family:"+fontFamilies+";"))
	svg = bytes.ReplaceAll(svg, []byte(";font-weight:normal"), nil)
	svg = bytes.ReplaceAll(svg, []byte(";font-style:normal"), nil)
	svg = fixWidths(svg, d.fonts)
	head := []byte(`xmlns:xlink="http://www.w3.org/1999/xlink">` + "\n")
	before, after, found := bytes.Cut(svg, head)
	if !found {
		return nil, fmt.Errorf("writing figure %q: %w", d.title, io.ErrUnexpectedEOF)
	}
	titled := fmt.Appendf(nil, "<title>%s</title>\n", escaped.Bytes())
	return bytes.Join([][]byte{before, head, titled, after}, nil), nil
}
