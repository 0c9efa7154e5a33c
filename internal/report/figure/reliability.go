package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bin is one interval of confidence: how many predictions fell into it, how confident they were in the
// mean, and what fraction of them was right.
type Bin struct {
	Lower, Upper float64
	Count        int
	Confidence   float64
	Accuracy     float64
}

// Panel is one reliability diagram with its confidence histogram.
type Panel struct {
	Title  string
	Notes  []string // written into the diagram, a line each
	Colour color.NRGBA
	Bins   []Bin
}

// PanelsPerFigure is how many diagrams a figure holds at most, four in a row.
const PanelsPerFigure = 16

const (
	panelsPerRow = 4
	panelWidth   = (Width - 2*margin) / panelsPerRow
	panelLeft    = vg.Length(36) // tick labels and the name of the axis
	panelRight   = vg.Length(7)
	panelSide    = panelWidth - panelLeft - panelRight
	titleWidth   = panelSide + 2*panelRight + 2*margin // centred over the diagram, it stays inside the figure
	histogramGap = vg.Length(7)
	histogram    = vg.Length(30)
	panelFoot    = vg.Length(30)
	titleLine    = vg.Length(11)
	barGap       = vg.Length(0.3)
)

// Reliability draws at most PanelsPerFigure reliability diagrams in a grid.
func Reliability(title string, panels []Panel) ([]byte, error) {
	if len(panels) == 0 || len(panels) > PanelsPerFigure {
		return nil, fmt.Errorf("drawing reliability diagrams: %d panels, need 1 to %d", len(panels), PanelsPerFigure)
	}
	fonts := newFonts()
	d := diagrams{
		title: style(fonts, 9, true), label: style(fonts, 8.5, false), tick: style(fonts, 8, false),
	}
	titles := make([][]string, len(panels))
	titleLines := 1
	for i, p := range panels {
		titles[i] = wrap(p.Title, d.title, titleWidth, 3)
		titleLines = max(titleLines, len(titles[i]))
	}
	rows := (len(panels) + panelsPerRow - 1) / panelsPerRow
	columns := (len(panels) + rows - 1) / rows
	head := 6 + titleLine*vg.Length(titleLines)
	panelHeight := head + panelSide + histogramGap + histogram + panelFoot
	width := max(2*margin+panelWidth*vg.Length(columns), 2*margin+2*panelWidth)
	key := newLegend(reliabilityKey(), d.label, width-2*margin)
	s := newSheet(width, 2*margin+panelHeight*vg.Length(rows)+key.height(), fonts)
	left := (width - panelWidth*vg.Length(columns)) / 2
	for i, p := range panels {
		x := left + panelWidth*vg.Length(i%columns)
		y := s.area.Max.Y - margin - panelHeight*vg.Length(i/columns)
		d.panel(s.area, vg.Point{X: x, Y: y}, head, p, titles[i], i%columns == 0)
	}
	key.drawAt(s.area, vg.Point{X: width / 2, Y: margin + key.height()})
	return s.bytes(title)
}

// diagrams holds the text styles that all panels share.
type diagrams struct{ title, label, tick text.Style }

// panel draws one diagram with its upper left corner at a point.
func (d diagrams) panel(c draw.Canvas, corner vg.Point, head vg.Length, p Panel, title []string, first bool) {
	x0 := corner.X + panelLeft
	x1 := x0 + panelSide
	y1 := corner.Y - head
	y0 := y1 - panelSide
	h1 := y0 - histogramGap
	h0 := h1 - histogram
	unit := frame{rectangle(x0, y0, x1, y1)}
	centred := aligned(d.title, draw.XCenter, draw.YBottom)
	for i, l := range title {
		c.FillText(centred, vg.Point{X: (x0 + x1) / 2, Y: y1 + 5 + titleLine*vg.Length(len(title)-1-i)}, l)
	}
	d.grid(c, unit, first)
	drawBins(c, unit, p)
	c.StrokeLine2(line(dim, 0.8, 3, 2), x0, y0, x1, y1)
	outline(c, line(dim, 0.6), unit.Rectangle)
	d.notes(c, unit, p.Notes)
	d.histogram(c, frame{rectangle(x0, h0, x1, h1)}, p, first)
	tick := aligned(d.tick, draw.XCenter, draw.YTop)
	for i, label := range []string{"0", "0.5", "1"} {
		x := unit.x(float64(i) / 2)
		c.StrokeLine2(line(dim, 0.6), x, h0, x, h0-3)
		c.FillText(tick, vg.Point{X: x, Y: h0 - 3}, label)
	}
	c.FillText(aligned(d.label, draw.XCenter, draw.YTop), vg.Point{X: (x0 + x1) / 2, Y: h0 - 13}, "confidence")
}

// frame maps fractions to places in a rectangle.
type frame struct{ vg.Rectangle }

func (f frame) x(v float64) vg.Length { return f.Min.X + vg.Length(v)*(f.Max.X-f.Min.X) }
func (f frame) y(v float64) vg.Length { return f.Min.Y + vg.Length(v)*(f.Max.Y-f.Min.Y) }

// grid draws the lines behind a diagram and the scale of its accuracy.
func (d diagrams) grid(c draw.Canvas, f frame, first bool) {
	tick := aligned(d.tick, draw.XRight, draw.YCenter)
	for i, label := range []string{"0", "0.5", "1"} {
		y := f.y(float64(i) / 2)
		c.StrokeLine2(line(rule, 0.5), f.Min.X, y, f.Max.X, y)
		c.StrokeLine2(line(rule, 0.5), f.x(float64(i)/2), f.Min.Y, f.x(float64(i)/2), f.Max.Y)
		c.StrokeLine2(line(dim, 0.6), f.Min.X-3, y, f.Min.X, y)
		c.FillText(tick, vg.Point{X: f.Min.X - 5, Y: y + 1}, label)
	}
	if first {
		d.sideways(c, "accuracy", vg.Point{X: f.Min.X - 24, Y: (f.Min.Y + f.Max.Y) / 2})
	}
}

// sideways writes the name of a vertical axis, reading upwards.
func (d diagrams) sideways(c draw.Canvas, s string, at vg.Point) {
	st := aligned(d.label, draw.XCenter, draw.YBottom)
	st.Rotation = math.Pi / 2
	c.FillText(st, at, s)
}

// drawBins draws the accuracy of each bin as a bar and its distance from the mean confidence as a gap.
func drawBins(c draw.Canvas, f frame, p Panel) {
	bar := mix(p.Colour, rgb(0xffffff), 0.45)
	for _, b := range p.Bins {
		if b.Count == 0 {
			continue
		}
		x0, x1 := f.x(b.Lower)+barGap, f.x(b.Upper)-barGap
		fill(c, bar, rectangle(x0, f.y(0), x1, f.y(b.Accuracy)))
		gap := rectangle(x0, f.y(min(b.Accuracy, b.Confidence)), x1, f.y(max(b.Accuracy, b.Confidence)))
		fill(c, gapTint(), gap)
		outline(c, line(gapColour, 0.6), gap)
	}
}

// gapTint is opaque, so that a gap looks the same above a bar and within it.
func gapTint() color.NRGBA { return mix(gapColour, rgb(0xffffff), 0.65) }

// notes writes lines into the upper left corner, where a diagram is emptiest.
func (d diagrams) notes(c draw.Canvas, f frame, notes []string) {
	st := aligned(d.label, draw.XLeft, draw.YTop)
	var width vg.Length
	for _, n := range notes {
		width = max(width, st.Width(n))
	}
	if width == 0 {
		return
	}
	const lineHeight = 10.5
	x, y := f.Min.X+4, f.Max.Y-3
	fill(c, faded(rgb(0xffffff), 0.8), rectangle(x-2, y-lineHeight*vg.Length(len(notes))-2, x+width+2, y+1))
	for i, n := range notes {
		c.FillText(st, vg.Point{X: x, Y: y - lineHeight*vg.Length(i)}, n)
	}
}

// histogram draws the share of predictions in each bin, the fullest one as high as the frame, and where
// the mean confidence and the accuracy over all of them lie.
func (d diagrams) histogram(c draw.Canvas, f frame, p Panel, first bool) {
	total, most := 0, 0
	var confidence, accuracy float64
	for _, b := range p.Bins {
		total += b.Count
		most = max(most, b.Count)
		confidence += float64(b.Count) * b.Confidence
		accuracy += float64(b.Count) * b.Accuracy
	}
	if first {
		d.sideways(c, "share", vg.Point{X: f.Min.X - 24, Y: (f.Min.Y + f.Max.Y) / 2})
	}
	tick := aligned(d.tick, draw.XRight, draw.YCenter)
	if total > 0 {
		bar := mix(p.Colour, rgb(0xffffff), 0.45)
		for _, b := range p.Bins {
			if b.Count > 0 {
				fill(c, bar, rectangle(f.x(b.Lower)+barGap, f.y(0), f.x(b.Upper)-barGap, f.y(float64(b.Count)/float64(most))))
			}
		}
		for _, mark := range []struct {
			at float64
			s  draw.LineStyle
		}{{accuracy, accuracyLine()}, {confidence, confidenceLine()}} {
			x := f.x(mark.at / float64(total))
			c.StrokeLine2(mark.s, x, f.Min.Y, x, f.Max.Y)
		}
		c.FillText(tick, vg.Point{X: f.Min.X - 5, Y: f.Max.Y - 3}, fmt.Sprintf("%.2g", float64(most)/float64(total)))
	}
	c.FillText(tick, vg.Point{X: f.Min.X - 5, Y: f.Min.Y + 1}, "0")
	outline(c, line(dim, 0.6), f.Rectangle)
}

func accuracyLine() draw.LineStyle   { return line(ink, 1.2) }
func confidenceLine() draw.LineStyle { return line(gapColour, 1.2, 3, 1.5) }

// reliabilityKey explains what the parts of a diagram are.
func reliabilityKey() []entry {
	bar := mix(rgb(0x888888), rgb(0xffffff), 0.45)
	return []entry{
		{"accuracy of a bin, share of predictions", func(c draw.Canvas, b vg.Rectangle) { fill(c, bar, b) }},
		{"gap to mean confidence", func(c draw.Canvas, b vg.Rectangle) {
			fill(c, gapTint(), b)
			outline(c, line(gapColour, 0.6), b)
		}},
		{"perfect calibration", across(line(dim, 0.8, 3, 2))},
		{"accuracy over all", across(accuracyLine())},
		{"mean confidence over all", across(confidenceLine())},
	}
}

// across draws a stroke through the middle of a key.
func across(s draw.LineStyle) func(draw.Canvas, vg.Rectangle) {
	return func(c draw.Canvas, b vg.Rectangle) {
		y := (b.Min.Y + b.Max.Y) / 2
		c.StrokeLine2(s, b.Min.X, y, b.Max.X, y)
	}
}
