package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const dotRadius vg.Length = 2.6

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
	if finite(l.SD) && l.SD > 0 {
		band := rectangle(c.Min.X, max(y(l.Mean-l.SD), c.Min.Y), c.Max.X, min(y(l.Mean+l.SD), c.Max.Y))
		fill(c, faded(l.Colour, 0.08), band)
	}
	c.StrokeLine2(stroke(l.Colour, l.Dashed, 1), c.Min.X, y(l.Mean), c.Max.X, y(l.Mean))
}

// plotSpread draws what lies around the means: a band, or bars with the single values.
func (s Series) plotSpread(c draw.Canvas, x, y func(float64) vg.Length) {
	for _, run := range s.runs() {
		if s.Markers || len(run) < 2 {
			continue
		}
		var upper, lower []vg.Point
		for _, p := range run {
			sd := p.SD
			if !finite(sd) {
				sd = 0
			}
			upper = append(upper, vg.Point{X: x(p.X), Y: y(p.Mean + sd)})
			lower = append([]vg.Point{{X: x(p.X), Y: y(p.Mean - sd)}}, lower...)
		}
		c.FillPolygon(faded(s.Colour, 0.12), c.ClipPolygonY(append(upper, lower...)))
	}
	if !s.Markers {
		return
	}
	for _, p := range s.Points {
		for _, v := range p.Samples {
			if finite(v) {
				dot(c, faded(s.Colour, 0.3), vg.Point{X: x(p.X) + 5, Y: y(v)}, 1.4)
			}
		}
		if finite(p.Mean) && finite(p.SD) && p.SD > 0 {
			low, high := max(y(p.Mean-p.SD), c.Min.Y), y(p.Mean+p.SD)
			bar := line(s.Colour, 0.8)
			c.StrokeLine2(bar, x(p.X), low, x(p.X), high)
			c.StrokeLine2(bar, x(p.X)-2.5, low, x(p.X)+2.5, low)
			c.StrokeLine2(bar, x(p.X)-2.5, high, x(p.X)+2.5, high)
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
			if s.Markers || len(points) == 1 {
				s.marker(c, p)
			}
		}
	}
}

// marker draws a mean: a full dot, or a hollow one on a dashed curve.
func (s Series) marker(c draw.Canvas, at vg.Point) {
	dot(c, s.Colour, at, dotRadius)
	if s.Dashed {
		dot(c, color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}, at, dotRadius-1.1)
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
			if s.Markers {
				s.marker(c, vg.Point{X: (b.Min.X + b.Max.X) / 2, Y: (b.Min.Y + b.Max.Y) / 2})
			}
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

func dot(c draw.Canvas, colour color.NRGBA, at vg.Point, radius vg.Length) {
	var path vg.Path
	path.Move(vg.Point{X: at.X + radius, Y: at.Y})
	path.Arc(at, radius, 0, 2*math.Pi)
	path.Close()
	c.SetColor(colour)
	c.Fill(path)
}
