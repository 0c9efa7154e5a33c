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

// Point is what was measured at one place of a horizontal axis. What is not finite is not drawn.
type Point struct {
	X, Mean float64
	SD      float64   // NaN where there is none
	Samples []float64 // single values behind the mean, drawn faintly; may be empty
}

// Series is a curve through points in order of X.
type Series struct {
	Name    string
	Colour  color.NRGBA
	Dashed  bool
	Markers bool // dots with bars of one standard deviation; without, a plain line with a band of one
	Points  []Point
}

// Level is a value that does not depend on the horizontal axis: a line from side to side, with a band of
// one standard deviation.
type Level struct {
	Name     string
	Colour   color.NRGBA
	Dashed   bool
	Mean, SD float64
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
func Charts(title string, charts []Chart, columns int) ([]byte, error) {
	if len(charts) == 0 || columns < 1 {
		return nil, fmt.Errorf("drawing charts: %d charts in %d columns", len(charts), columns)
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
	s := newSheet(2*margin+width*vg.Length(columns), total-margin, fonts)
	top := s.area.Max.Y - margin
	for i, chart := range charts {
		if i > 0 && i%columns == 0 {
			top -= heights[i/columns-1] + margin
		}
		x := margin + width*vg.Length(i%columns)
		area := draw.Canvas{Canvas: s.area.Canvas, Rectangle: rectangle(x+2, top-chartHeight, x+width-6, top)}
		chart.draw(area, fonts)
		keys[i].drawAt(s.area, vg.Point{X: x + width/2, Y: top - chartHeight - legendSpace})
	}
	return s.bytes(title)
}

// draw draws the axes and what lies between them.
func (ch Chart) draw(c draw.Canvas, fonts text.Plain) {
	p := plot.New()
	p.TextHandler = fonts
	p.BackgroundColor = nil
	p.Title.Text = cut(ch.Title, style(fonts, 10, true), c.Max.X-c.Min.X)
	p.Title.TextStyle = aligned(style(fonts, 10, true), draw.XCenter, draw.YTop)
	p.Title.Padding = 5
	p.Legend.TextStyle = style(fonts, 9, false)
	ch.axes(p, fonts)
	p.Add(gridLines{}, ch)
	p.Draw(c)
}

// axes sets the range, the ticks and the looks of both axes.
func (ch Chart) axes(p *plot.Plot, fonts text.Plain) {
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
	p.X.Label.Text, p.Y.Label.Text = ch.X, ch.Y
	dress(&p.X, fonts, draw.XCenter, draw.YTop)
	dress(&p.Y, fonts, draw.XRight, draw.YCenter)
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

// extent returns the least and the greatest finite value that is drawn.
func (ch Chart) extent() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	include := func(v float64) {
		if finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	for _, s := range ch.Series {
		for _, p := range s.Points {
			include(p.Mean)
			include(p.Mean - p.SD)
			include(p.Mean + p.SD)
			for _, v := range p.Samples {
				include(v)
			}
		}
	}
	for _, l := range ch.Levels {
		include(l.Mean)
		include(l.Mean - l.SD)
		include(l.Mean + l.SD)
	}
	if low > high {
		return 0, 1
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
