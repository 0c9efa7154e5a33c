package figure

import (
	"fmt"
	"image/color"

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

const (
	histogramGap = vg.Length(7)
	histogram    = vg.Length(30)
	panelFoot    = vg.Length(30)
	barGap       = vg.Length(0.3)
)

// Reliability draws at most PanelsPerFigure reliability diagrams in a grid.
func Reliability(title string, panels []Panel) (Drawing, error) {
	if len(panels) == 0 || len(panels) > PanelsPerFigure {
		return Drawing{}, fmt.Errorf("drawing reliability diagrams: %d panels, need 1 to %d", len(panels), PanelsPerFigure)
	}
	titles := make([]string, len(panels))
	for i, p := range panels {
		titles[i] = p.Title
	}
	d := diagrams{newGrid(titles, panelSide+histogramGap+histogram+panelFoot, reliabilityKey())}
	return d.drawing(title, func(c draw.Canvas, i int, body vg.Rectangle) { d.panel(c, body, panels[i], d.first(i)) }), nil
}

// diagrams are reliability diagrams in a grid.
type diagrams struct{ grid }

// panel draws one diagram.
func (d diagrams) panel(c draw.Canvas, body vg.Rectangle, p Panel, first bool) {
	y0 := body.Max.Y - panelSide
	h1 := y0 - histogramGap
	unit := frame{rectangle(body.Min.X, y0, body.Max.X, body.Max.Y)}
	d.lines(c, unit, first)
	drawBins(c, unit, p)
	c.StrokeLine2(line(dim, 0.8, 3, 2), unit.Min.X, unit.Min.Y, unit.Max.X, unit.Max.Y)
	outline(c, line(dim, 0.6), unit.Rectangle)
	d.notes(c, unit, p.Notes, false)
	share := frame{rectangle(body.Min.X, h1-histogram, body.Max.X, h1)}
	d.histogram(c, share, p, first)
	d.below(c, share, "confidence", []float64{0, 0.5, 1}, []string{"0", "0.5", "1"})
}

// lines draws the lines behind a diagram and the scale of its accuracy.
func (d diagrams) lines(c draw.Canvas, f frame, first bool) {
	tick := aligned(d.tick, draw.XRight, draw.YCenter)
	for i, label := range []string{"0", "0.5", "1"} {
		y := f.y(float64(i) / 2)
		c.StrokeLine2(line(rule, 0.5), f.Min.X, y, f.Max.X, y)
		c.StrokeLine2(line(rule, 0.5), f.x(float64(i)/2), f.Min.Y, f.x(float64(i)/2), f.Max.Y)
		c.StrokeLine2(line(dim, 0.6), f.Min.X-3, y, f.Min.X, y)
		c.FillText(tick, vg.Point{X: f.Min.X - 5, Y: y + 1}, label)
	}
	if first {
		d.sideways(c, "accuracy", f.Rectangle)
	}
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
		d.sideways(c, "share", f.Rectangle)
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
