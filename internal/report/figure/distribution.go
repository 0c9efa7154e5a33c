package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Distribution is a panel with the histograms of what was right and of what was wrong, over the same bins: equal
// intervals of Lower to Upper.
type Distribution struct {
	Title        string
	Notes        []string // written into the panel, a line each
	Colour       color.NRGBA
	Lower, Upper float64
	Right, Wrong []float64 // counts, [bins]
}

const distributionHeight vg.Length = 84

// How far the vertical axis reaches.
const (
	headroom  = 1.3 // above the greatest density that is shown, for the notes
	dominance = 2   // at most that many times the greatest density of usual wrong predictions
)

// Distributions draws at most PanelsPerFigure panels in a grid, as densities: the area below each histogram is 1, so
// that a few wrong predictions can be read beside many right ones. All panels have the same vertical axis. Bins beside
// which the others would be flat leave the picture, with the greatest density written there.
func Distributions(title, axis string, panels []Distribution) (Drawing, error) {
	if len(panels) == 0 || len(panels) > PanelsPerFigure {
		return Drawing{}, fmt.Errorf("drawing histograms: %d panels, need 1 to %d", len(panels), PanelsPerFigure)
	}
	titles := make([]string, len(panels))
	for i, p := range panels {
		if len(p.Right) == 0 || len(p.Right) != len(p.Wrong) || !(p.Lower < p.Upper) {
			return Drawing{}, fmt.Errorf("drawing histograms: %q has %d and %d bins from %v to %v", p.Title, len(p.Right), len(p.Wrong), p.Lower, p.Upper)
		}
		titles[i] = p.Title
	}
	d := distributions{newGrid(titles, distributionHeight+panelFoot, distributionKey()), axis, headroom * usualDensity(panels)}
	return d.drawing(title, func(c draw.Canvas, i int, body vg.Rectangle) { d.panel(c, body, panels[i], d.first(i)) }), nil
}

// usualDensity returns the greatest density of all panels, but not more than dominance times the median of what is
// greatest of wrong predictions in each.
func usualDensity(panels []Distribution) float64 {
	greatest := 0.0
	var wrong []float64
	for _, p := range panels {
		greatest = slices.Max(append(p.densities(p.Right), greatest))
		if densities := p.densities(p.Wrong); len(densities) > 0 {
			wrong = append(wrong, slices.Max(densities))
		}
	}
	if len(wrong) == 0 {
		return greatest
	}
	slices.Sort(wrong)
	return min(max(greatest, wrong[len(wrong)-1]), dominance*wrong[len(wrong)/2])
}

// distributions are panels in a grid.
type distributions struct {
	grid
	axis string
	top  float64 // of the vertical axis, 0 where there is nothing to draw
}

func (d distributions) panel(c draw.Canvas, body vg.Rectangle, p Distribution, first bool) {
	f := frame{rectangle(body.Min.X, body.Max.Y-distributionHeight, body.Max.X, body.Max.Y)}
	d.scale(c, f, first)
	right, wrong := p.densities(p.Right), p.densities(p.Wrong)
	if steps := d.steps(f, right); len(steps) > 0 {
		c.FillPolygon(mix(p.Colour, rgb(0xffffff), 0.55), steps)
		c.StrokeLines(line(p.Colour, 0.9), steps)
	}
	if steps := d.steps(f, wrong); len(steps) > 0 {
		c.StrokeLines(wrongLine(), steps)
	}
	outline(c, line(dim, 0.6), f.Rectangle)
	below := 1 - float64((noteLine*vg.Length(len(p.Notes))+5)/distributionHeight) // notes, of the vertical axis
	notesRight := roomRight(below*d.top, right, wrong)
	for i, beyond := range []struct {
		word      string
		densities []float64
	}{{"right", right}, {"wrong", wrong}} {
		room := d.beyond(c, f, beyond.densities, beyond.word, i)
		notesRight = notesRight && room
	}
	d.notes(c, f, p.Notes, notesRight)
	var at []float64
	var labels []string
	for _, t := range (ticks{4}).Ticks(p.Lower, p.Upper) {
		at, labels = append(at, (t.Value-p.Lower)/(p.Upper-p.Lower)), append(labels, t.Label)
	}
	d.below(c, f, d.axis, at, labels)
}

// roomRight reports whether the right half of histograms stays below a density, or is no higher than the left one, so that
// notes hide less there.
func roomRight(below float64, histograms ...[]float64) bool {
	left, right := 0.0, 0.0
	for _, densities := range histograms {
		for b, density := range densities {
			if 2*b < len(densities) {
				left = max(left, density)
			} else {
				right = max(right, density)
			}
		}
	}
	return right <= max(left, below)
}

// scale draws the vertical axis.
func (d distributions) scale(c draw.Canvas, f frame, first bool) {
	tick := aligned(d.tick, draw.XRight, draw.YCenter)
	for _, t := range (ticks{3}).Ticks(0, d.top) {
		y := f.y(t.Value / d.top)
		c.StrokeLine2(line(rule, 0.5), f.Min.X, y, f.Max.X, y)
		c.StrokeLine2(line(dim, 0.6), f.Min.X-3, y, f.Min.X, y)
		c.FillText(tick, vg.Point{X: f.Min.X - 5, Y: y + 1}, t.Label)
	}
	if first {
		d.sideways(c, "density (1/nat)", f.Rectangle)
	}
}

// beyond writes the greatest density into the i-th line from above where it leaves the picture. It reports whether there
// is room to the right of what it wrote.
func (d distributions) beyond(c draw.Canvas, f frame, densities []float64, word string, i int) bool {
	if len(densities) == 0 || slices.Max(densities) <= d.top {
		return true
	}
	greatest := slices.Max(densities)
	b := slices.Index(densities, greatest)
	left := 2*b < len(densities)
	at, st := f.x(float64(b+1)/float64(len(densities)))+2, aligned(d.tick, draw.XLeft, draw.YTop)
	if !left {
		at, st = f.x(float64(b)/float64(len(densities)))-2, aligned(d.tick, draw.XRight, draw.YTop)
	}
	text := strconv.FormatFloat(greatest, 'g', 2, 64) + " " + word
	c.FillText(st, vg.Point{X: at, Y: f.Max.Y - 2 - noteLine*vg.Length(i)}, text)
	return left
}

// steps returns the outline of a histogram, from and to the horizontal axis; none where there is nothing in it.
func (d distributions) steps(f frame, densities []float64) []vg.Point {
	if densities == nil {
		return nil
	}
	points := []vg.Point{{X: f.Min.X, Y: f.Min.Y}}
	for b, density := range densities {
		y := f.y(min(density/d.top, 1))
		left, right := float64(b)/float64(len(densities)), float64(b+1)/float64(len(densities))
		points = append(points, vg.Point{X: f.x(left), Y: y}, vg.Point{X: f.x(right), Y: y})
	}
	return append(points, vg.Point{X: f.Max.X, Y: f.Min.Y})
}

// densities returns the share of all counts in each bin by the width of the bin, nil where there is none.
func (p Distribution) densities(counts []float64) []float64 {
	total := 0.0
	for _, n := range counts {
		total += n
	}
	if !(total > 0) || math.IsInf(total, 0) {
		return nil
	}
	densities := make([]float64, len(counts))
	for b, n := range counts {
		densities[b] = n / total * float64(len(counts)) / (p.Upper - p.Lower)
	}
	return densities
}

func wrongLine() draw.LineStyle { return line(gapColour, 1.3) }

// distributionKey explains what the parts of a panel are.
func distributionKey() []entry {
	tint := rgb(0x888888)
	return []entry{
		{"right predictions, in the colour of the loss", func(c draw.Canvas, b vg.Rectangle) {
			fill(c, mix(tint, rgb(0xffffff), 0.55), b)
			outline(c, line(tint, 0.9), b)
		}},
		{"wrong predictions", across(wrongLine())},
	}
}
