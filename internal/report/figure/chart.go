package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Estimate is a mean and the interval around it, whose ends are NaN where there is none. What is not finite is not
// drawn.
type Estimate struct{ Mean, Low, High float64 }

// Exactly is a number without an interval.
func Exactly(value float64) Estimate { return Estimate{value, math.NaN(), math.NaN()} }

// Point is what was measured at one place of a horizontal axis.
type Point struct {
	X float64
	Estimate
	Samples []float64 // single values behind the mean, drawn faintly; may be empty
}

// Series is a curve through points in order of X.
type Series struct {
	Name   string
	Colour color.NRGBA
	Dashed bool
	Marker Marker // with bars for the intervals; without one, a plain line with a band for them
	Points []Point
}

// Level is an estimate that does not depend on the horizontal axis: a line from side to side, with a band.
type Level struct {
	Name   string
	Colour color.NRGBA
	Dashed bool
	Estimate
}

// Chart is one pair of axes with curves.
type Chart struct {
	Title    string
	X, Y     string  // names of the axes, with units
	FromZero bool    // the vertical axis begins at 0; what lies below is cut off
	Low      float64 // with High: the vertical range to show, for charts that are compared; both 0 for that of the data
	High     float64
	Series   []Series
	Levels   []Level
}

const (
	chartHeight vg.Length = 190
	legendSpace vg.Length = 6
)

// Charts draws charts in a grid with so many columns, each with its legend below.
func Charts(title string, charts []Chart, columns int) (Drawing, error) {
	if len(charts) == 0 || columns < 1 {
		return Drawing{}, fmt.Errorf("drawing charts: %d charts in %d columns", len(charts), columns)
	}
	fonts := newFonts()
	columns = min(columns, len(charts))
	width := (Width - 2*margin) / vg.Length(max(columns, 2))
	label := style(fonts, 9, false)
	keys := make([]legend, len(charts))
	heights := make([]vg.Length, (len(charts)+columns-1)/columns)
	total := 2 * margin
	for i, chart := range charts {
		keys[i] = newLegend(chart.key(), label, width-10)
		heights[i/columns] = max(heights[i/columns], chartHeight+legendSpace+keys[i].height())
	}
	for _, h := range heights {
		total += h + margin
	}
	paint := func(c draw.Canvas) {
		top := c.Max.Y - margin
		for i, chart := range charts {
			if i > 0 && i%columns == 0 {
				top -= heights[i/columns-1] + margin
			}
			x := margin + width*vg.Length(i%columns)
			chart.draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rectangle(x+2, top-chartHeight, x+width-6, top)}, fonts)
			keys[i].drawAt(c, vg.Point{X: x + width/2, Y: top - chartHeight - legendSpace})
		}
	}
	return Drawing{title, 2*margin + width*vg.Length(columns), total - margin, fonts, paint}, nil
}

// draw draws the axes and what lies between them.
func (ch Chart) draw(c draw.Canvas, fonts text.Plain) {
	p := newAxes(ch.Title, ch.X, ch.Y, fonts, c.Max.X-c.Min.X)
	ch.axes(p)
	p.Add(gridLines{}, ch)
	p.Draw(c)
}

// newAxes returns axes with their names and looks, below a title that fits into a width.
func newAxes(title, x, y string, fonts text.Plain, width vg.Length) *plot.Plot {
	p := plot.New()
	p.TextHandler = fonts
	p.BackgroundColor = nil
	p.Title.Text = cut(title, style(fonts, 10, true), width)
	p.Title.TextStyle = aligned(style(fonts, 10, true), draw.XCenter, draw.YTop)
	p.Title.Padding = 5
	p.Legend.TextStyle = style(fonts, 9, false)
	p.X.Label.Text, p.Y.Label.Text = x, y
	dress(&p.X, fonts, draw.XCenter, draw.YTop)
	dress(&p.Y, fonts, draw.XRight, draw.YCenter)
	return p
}

// axes sets the range and the ticks of both axes.
func (ch Chart) axes(p *plot.Plot) {
	xs := ch.values()
	p.X.Min, p.X.Max = padded(xs[0], xs[len(xs)-1], 0.04)
	if logarithmic(xs) {
		p.X.Scale = plot.LogScale{}
		p.X.Min, p.X.Max = xs[0]/math.Pow(xs[len(xs)-1]/xs[0], 0.04), xs[len(xs)-1]*math.Pow(xs[len(xs)-1]/xs[0], 0.04)
	}
	low, high := ch.Low, ch.High
	if low == 0 && high == 0 {
		low, high = ch.extent()
	}
	p.Y.Min, p.Y.Max = padded(low, high, 0.06)
	if ch.FromZero {
		p.Y.Min = 0
	}
	p.Y.Tick.Marker = ticks{6}
	p.X.Tick.Marker = ch.xTicks(p, xs)
}

// dress sets the looks of an axis, and how its tick labels are aligned to their ticks.
func dress(axis *plot.Axis, fonts text.Plain, x text.XAlignment, y text.YAlignment) {
	axis.Label.TextStyle = aligned(style(fonts, 9.5, false), draw.XCenter, draw.YBottom)
	axis.Label.Padding = 3
	axis.Tick.Label = aligned(style(fonts, 9, false), x, y)
	axis.Tick.Length = 4
	axis.Tick.LineStyle = line(dim, 0.6)
	axis.LineStyle = line(dim, 0.6)
	axis.Padding = 0
}

// values returns every place on the horizontal axis once, in order; never none.
func (ch Chart) values() []float64 {
	var xs []float64
	for _, s := range ch.Series {
		for _, p := range s.Points {
			xs = append(xs, p.X)
		}
	}
	if len(xs) == 0 {
		return []float64{0}
	}
	slices.Sort(xs)
	return slices.Compact(xs)
}

// xTicks marks the values that were tried where they stand far enough apart, else round numbers.
func (ch Chart) xTicks(p *plot.Plot, xs []float64) plot.Ticker {
	marks := valueTicks{values: xs}
	for i, x := range xs {
		marks.labels = append(marks.labels, strconv.FormatFloat(x, 'g', 6, 64))
		if i == 0 {
			continue
		}
		room := 0.012 + 0.0095*float64(len(marks.labels[i])+len(marks.labels[i-1])) // of the width, two half labels
		if p.X.Norm(x)-p.X.Norm(xs[i-1]) < room {
			if logarithmic(xs) {
				return plot.LogTicks{Prec: -1}
			}
			return ticks{8}
		}
	}
	return marks
}

// logarithmic says whether values are spread over more than two orders of magnitude.
func logarithmic(xs []float64) bool {
	return xs[0] > 0 && len(xs) > 2 && xs[len(xs)-1]/xs[0] > 100
}

// extent returns the vertical range to show.
func (ch Chart) extent() (low, high float64) {
	var span extent
	for _, s := range ch.Series {
		for _, p := range s.Points {
			span.include(p.Estimate)
			for _, v := range p.Samples {
				span.include(Exactly(v))
			}
		}
	}
	for _, l := range ch.Levels {
		span.include(l.Estimate)
	}
	return span.bounds()
}

// extent is the range of estimates in the making.
type extent struct{ means, ends []float64 }

func (e *extent) include(v Estimate) {
	if !finite(v.Mean) {
		return
	}
	e.means = append(e.means, v.Mean)
	for _, end := range []float64{v.Low, v.High} {
		if finite(end) {
			e.ends = append(e.ends, end)
		}
	}
}

// bounds returns a range that holds every mean, and the intervals unless they reach farther beyond the means on a side
// than these lie apart: intervals of two or three samples would leave the means a flat line.
func (e *extent) bounds() (low, high float64) {
	if len(e.means) == 0 {
		return 0, 1
	}
	least, greatest := slices.Min(e.means), slices.Max(e.means)
	low, high = least, greatest
	for _, end := range e.ends {
		low, high = min(low, end), max(high, end)
	}
	if room := greatest - least; room > 0 {
		low, high = max(low, least-room), min(high, greatest+room)
	}
	return low, high
}

// padded widens a range by a share of it on both sides.
func padded(low, high, share float64) (float64, float64) {
	room := share * (high - low)
	if room == 0 {
		room = max(math.Abs(low)*share, 1e-6)
	}
	return low - room, high + room
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
