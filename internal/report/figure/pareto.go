package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Mark is a result that is weighed by two numbers, with the intervals around them.
type Mark struct {
	Name   string
	Colour color.NRGBA
	Marker Marker
	X, Y   Estimate
}

// Pareto is one pair of axes with marks, of which those are better that have more of X and less of Y.
type Pareto struct {
	Title string
	X, Y  string // names of the axes, with units; Y begins at 0
	Marks []Mark
}

const paretoHeight vg.Length = 250

// Paretos draws panels side by side, two in a row. The front of each, the marks that no other is better than in both
// numbers, is joined by a stepped line. Names stand beside marks, those on the front first, and in a legend where they
// would hide something.
func Paretos(title string, panels []Pareto) (Drawing, error) {
	if len(panels) == 0 {
		return Drawing{}, fmt.Errorf("drawing Pareto fronts: there is nothing to draw")
	}
	fonts := newFonts()
	columns := min(2, len(panels))
	width := (Width - 2*margin) / 2
	label := style(fonts, 8.5, false)
	keys := make([]legend, len(panels))
	plots := make([]scatter, len(panels))
	tallest := vg.Length(0)
	for i, p := range panels {
		frame := rectangle(0, 0, width-8, paretoHeight)
		plots[i] = newScatter(p, fonts, frame)
		entries := []entry{{"Pareto front", across(frontLine())}}
		for _, m := range plots[i].unnamed {
			entries = append(entries, entry{m.Name, func(c draw.Canvas, b vg.Rectangle) { m.Marker.draw(c, m.Colour, middle(b), false) }})
		}
		keys[i] = newLegend(entries, label, width-10)
		tallest = max(tallest, keys[i].height())
	}
	row := paretoHeight + legendSpace + tallest + margin
	rows := (len(panels) + columns - 1) / columns
	paint := func(c draw.Canvas) {
		for i := range panels {
			x, top := margin+width*vg.Length(i%columns), c.Max.Y-margin-row*vg.Length(i/columns)
			plots[i].plot.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rectangle(x+2, top-paretoHeight, x+width-6, top)})
			keys[i].drawAt(c, vg.Point{X: x + width/2, Y: top - paretoHeight - legendSpace})
		}
	}
	return Drawing{title, 2*margin + width*vg.Length(columns), margin + row*vg.Length(rows), fonts, paint}, nil
}

// scatter is a panel whose names have their places.
type scatter struct {
	Pareto
	plot    *plot.Plot
	label   text.Style
	places  []labelPlace // of the named marks, relative to the frame of the axes
	unnamed []Mark
}

// newScatter lays a panel out in a rectangle of the size that it will be drawn in.
func newScatter(p Pareto, fonts text.Plain, size vg.Rectangle) scatter {
	p.Marks = slices.DeleteFunc(slices.Clone(p.Marks), func(m Mark) bool { return !finite(m.X.Mean) || !finite(m.Y.Mean) })
	s := scatter{Pareto: p, plot: newAxes(p.Title, p.X, p.Y, fonts, size.Max.X-size.Min.X), label: aligned(style(fonts, 8, false), draw.XLeft, draw.YCenter)}
	var xs, ys extent
	for _, m := range p.Marks {
		xs.include(m.X)
		ys.include(m.Y)
	}
	low, high := xs.bounds()
	s.plot.X.Min, s.plot.X.Max = padded(low, high, 0.1)
	low, high = ys.bounds()
	_, s.plot.Y.Max = padded(low, high, 0.08)
	s.plot.Y.Min = 0
	s.plot.X.Tick.Marker, s.plot.Y.Tick.Marker = ticks{6}, ticks{6}
	s.plot.Add(gridLines{}, &s)
	s.place(s.plot.DataCanvas(draw.Canvas{Rectangle: size}))
	return s
}

// place finds room for the names in the data area.
func (s *scatter) place(c draw.Canvas) {
	x, y := s.plot.Transforms(&c)
	front := front(s.Marks)
	var p placement
	p.bounds = c.Rectangle
	for _, m := range s.Marks {
		p.taken = append(p.taken, around(vg.Point{X: x(m.X.Mean), Y: y(m.Y.Mean)}, markerRadius+1))
		p.crossed = append(p.crossed, m.bars(c, x, y)...)
	}
	for steps := s.steps(c, x, y); len(steps) > 1; steps = steps[1:] {
		from, to := steps[0], steps[1]
		p.crossed = append(p.crossed, rectangle(min(from.X, to.X), min(from.Y, to.Y), max(from.X, to.X), max(from.Y, to.Y)))
	}
	order := slices.Clone(front)
	for i := range s.Marks {
		if !slices.Contains(front, i) {
			order = append(order, i)
		}
	}
	for _, i := range order {
		m := s.Marks[i]
		size := vg.Point{X: s.label.Width(m.Name), Y: s.label.Height(m.Name)}
		if at, ok := p.put(vg.Point{X: x(m.X.Mean), Y: y(m.Y.Mean)}, size); ok {
			s.places = append(s.places, labelPlace{m.Name, vg.Point{X: at.X - c.Min.X, Y: at.Y - c.Min.Y}})
		} else {
			s.unnamed = append(s.unnamed, m)
		}
	}
}

// Plot implements plot.Plotter: the front, the intervals, and then the marks with their names.
func (s *scatter) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	c.StrokeLines(frontLine(), s.steps(c, x, y))
	for _, m := range s.Marks {
		for _, bar := range m.bars(c, x, y) {
			c.StrokeLine2(line(faded(m.Colour, 0.55), 0.8), bar.Min.X, bar.Min.Y, bar.Max.X, bar.Max.Y)
		}
	}
	for _, m := range s.Marks {
		m.Marker.draw(c, m.Colour, vg.Point{X: x(m.X.Mean), Y: y(m.Y.Mean)}, false)
	}
	for _, l := range s.places {
		at := vg.Point{X: c.Min.X + l.at.X, Y: c.Min.Y + l.at.Y}
		half := s.label.Height(l.name) / 2
		fill(c, faded(rgb(0xffffff), 0.7), rectangle(at.X-1, at.Y-half, at.X+s.label.Width(l.name)+1, at.Y+half))
		c.FillText(s.label, at, l.name)
	}
}

// steps returns the corners of the front: from the left edge to the mark of least X, up to each next one, and on to the
// upper edge.
func (s *scatter) steps(c draw.Canvas, x, y func(float64) vg.Length) []vg.Point {
	var steps []vg.Point
	left := c.Min.X
	for _, i := range front(s.Marks) {
		at := vg.Point{X: x(s.Marks[i].X.Mean), Y: y(s.Marks[i].Y.Mean)}
		steps = append(steps, vg.Point{X: left, Y: at.Y}, at)
		left = at.X
	}
	if len(steps) == 0 {
		return nil
	}
	return append(steps, vg.Point{X: left, Y: c.Max.Y})
}

// bars returns the intervals of a mark as lines, cut off at the frame.
func (m Mark) bars(c draw.Canvas, x, y func(float64) vg.Length) []vg.Rectangle {
	var bars []vg.Rectangle
	atX, atY := x(m.X.Mean), y(m.Y.Mean)
	if m.X.Low < m.X.High {
		bars = append(bars, rectangle(max(x(m.X.Low), c.Min.X), atY, min(x(m.X.High), c.Max.X), atY))
	}
	if m.Y.Low < m.Y.High {
		bars = append(bars, rectangle(atX, max(y(m.Y.Low), c.Min.Y), atX, min(y(m.Y.High), c.Max.Y)))
	}
	return bars
}

// front returns the marks that no other is better than, from the least X to the greatest.
func front(marks []Mark) []int {
	var order, best []int
	for i := range marks {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(marks[j].X.Mean, marks[i].X.Mean), cmp.Compare(marks[i].Y.Mean, marks[j].Y.Mean))
	})
	for _, i := range order {
		if len(best) == 0 {
			best = append(best, i)
			continue
		}
		last := marks[best[len(best)-1]]
		same := marks[i].X.Mean == last.X.Mean && marks[i].Y.Mean == last.Y.Mean
		if same || marks[i].Y.Mean < last.Y.Mean {
			best = append(best, i)
		}
	}
	slices.Reverse(best)
	return best
}

func frontLine() draw.LineStyle { return line(dim, 0.9, 4, 2) }
