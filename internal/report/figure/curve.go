package figure

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// gridLines draws a faint line at every tick of the vertical axis.
type gridLines struct{}

// Plot implements plot.Plotter.
func (gridLines) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		c.StrokeLine2(line(rule, 0.5), c.Min.X, y(t.Value), c.Max.X, y(t.Value))
	}
}

// Plot implements plot.Plotter: bands first, then single values, then curves, so that none hides a mean.
func (ch Chart) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, l := range ch.Levels {
		l.plot(c, y)
	}
	for _, s := range ch.Series {
		s.plotSpread(c, x, y)
	}
	for _, s := range ch.Series {
		s.plotMeans(c, x, y)
	}
}

func (l Level) plot(c draw.Canvas, y func(float64) vg.Length) {
	if !finite(l.Mean) {
		return
	}
	if l.Low < l.High {
		band := rectangle(c.Min.X, max(y(l.Low), c.Min.Y), c.Max.X, min(y(l.High), c.Max.Y))
		fill(c, faded(l.Colour, 0.08), band)
	}
	c.StrokeLine2(stroke(l.Colour, l.Dashed, 1), c.Min.X, y(l.Mean), c.Max.X, y(l.Mean))
}

// plotSpread draws what lies around the means: a band, or bars with the single values.
func (s Series) plotSpread(c draw.Canvas, x, y func(float64) vg.Length) {
	for _, run := range s.runs() {
		if s.Marker != NoMarker || len(run) < 2 {
			continue
		}
		var upper, lower []vg.Point
		for _, p := range run {
			low, high := p.Mean, p.Mean
			if finite(p.Low) && finite(p.High) {
				low, high = p.Low, p.High
			}
			upper = append(upper, vg.Point{X: x(p.X), Y: y(high)})
			lower = append(lower, vg.Point{X: x(p.X), Y: y(low)})
		}
		slices.Reverse(lower)
		c.FillPolygon(faded(s.Colour, 0.12), c.ClipPolygonY(append(upper, lower...)))
	}
	if s.Marker == NoMarker {
		return
	}
	for _, p := range s.Points {
		for _, v := range p.Samples {
			if finite(v) {
				Circle.fill(c, faded(s.Colour, 0.3), vg.Point{X: x(p.X) + 5, Y: y(v)}, 1.4)
			}
		}
		if finite(p.Mean) && p.Low < p.High {
			upright(c, line(s.Colour, 0.8), x(p.X), y(p.Low), y(p.High))
		}
	}
}

// capWidth is how far the ends of a bar reach to either side.
const capWidth vg.Length = 2.5

// upright draws a bar with ends, cut off at the frame, where it has no end.
func upright(c draw.Canvas, s draw.LineStyle, x, low, high vg.Length) {
	c.StrokeLine2(s, x, max(low, c.Min.Y), x, min(high, c.Max.Y))
	for _, end := range []vg.Length{low, high} {
		if c.Min.Y <= end && end <= c.Max.Y {
			c.StrokeLine2(s, x-capWidth, end, x+capWidth, end)
		}
	}
}

// plotMeans draws the curve through the means.
func (s Series) plotMeans(c draw.Canvas, x, y func(float64) vg.Length) {
	for _, run := range s.runs() {
		var points []vg.Point
		for _, p := range run {
			points = append(points, vg.Point{X: x(p.X), Y: y(p.Mean)})
		}
		if len(points) > 1 {
			c.StrokeLines(stroke(s.Colour, s.Dashed, 1.4), c.ClipLinesY(points)...)
		}
		for _, p := range points {
			switch {
			case s.Marker != NoMarker:
				s.Marker.draw(c, s.Colour, p, s.Dashed)
			case len(points) == 1:
				Circle.draw(c, s.Colour, p, s.Dashed)
			}
		}
	}
}

// runs returns the stretches of points with a finite mean.
func (s Series) runs() [][]Point {
	var runs [][]Point
	var current []Point
	for _, p := range s.Points {
		if finite(p.Mean) {
			current = append(current, p)
			continue
		}
		if len(current) > 0 {
			runs = append(runs, current)
		}
		current = nil
	}
	if len(current) > 0 {
		runs = append(runs, current)
	}
	return runs
}

// key returns the legend of a chart.
func (ch Chart) key() []entry {
	var entries []entry
	for _, s := range ch.Series {
		entries = append(entries, entry{s.Name, func(c draw.Canvas, b vg.Rectangle) {
			across(stroke(s.Colour, s.Dashed, 1.4))(c, b)
			s.Marker.draw(c, s.Colour, middle(b), s.Dashed)
		}})
	}
	for _, l := range ch.Levels {
		entries = append(entries, entry{l.Name, across(stroke(l.Colour, l.Dashed, 1))})
	}
	return entries
}

func stroke(c color.NRGBA, dashed bool, width vg.Length) draw.LineStyle {
	if dashed {
		return line(c, width, 4, 2.5)
	}
	return line(c, width)
}
