package figure

import (
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// PanelsPerFigure is how many panels a figure of small multiples holds at most, four in a row.
const PanelsPerFigure = 16

const (
	panelsPerRow = 4
	panelWidth   = (Width - 2*margin) / panelsPerRow
	panelLeft    = vg.Length(36) // tick labels and the name of the axis
	panelRight   = vg.Length(7)
	panelSide    = panelWidth - panelLeft - panelRight
	titleWidth   = panelSide + 2*panelRight + 2*margin // centred over the panel, it stays inside the figure
	titleLine    = vg.Length(11)
	noteLine     = vg.Length(10.5)
)

// grid lays panels out in rows, each below its title, above a legend that all share.
type grid struct {
	fonts              text.Plain
	title, label, tick text.Style
	titles             [][]string // in lines
	columns            int
	head               vg.Length // room for titles
	panel              vg.Length // height of a panel, the title included
	width, height      vg.Length
	key                legend
}

// newGrid lays out panels with bodies of a height, axes included.
func newGrid(titles []string, body vg.Length, key []entry) grid {
	fonts := newFonts()
	g := grid{fonts: fonts, title: style(fonts, 9, true), label: style(fonts, 8.5, false), tick: style(fonts, 8, false)}
	lines := 1
	for _, t := range titles {
		wrapped := wrap(t, g.title, titleWidth, 3)
		g.titles = append(g.titles, wrapped)
		lines = max(lines, len(wrapped))
	}
	rows := (len(titles) + panelsPerRow - 1) / panelsPerRow
	g.columns = (len(titles) + rows - 1) / rows
	g.head = 6 + titleLine*vg.Length(lines)
	g.panel = g.head + body
	g.width = 2*margin + panelWidth*vg.Length(max(g.columns, 2))
	g.key = newLegend(key, g.label, g.width-2*margin)
	g.height = 2*margin + g.panel*vg.Length(rows) + g.key.height()
	return g
}

// drawing draws every panel into its place: a rectangle as wide as the frame of the panel and as high as its body.
func (g grid) drawing(title string, paint func(c draw.Canvas, i int, body vg.Rectangle)) Drawing {
	return Drawing{title, g.width, g.height, g.fonts, func(c draw.Canvas) {
		left := (g.width - panelWidth*vg.Length(g.columns)) / 2
		for i, lines := range g.titles {
			x := left + panelWidth*vg.Length(i%g.columns) + panelLeft
			top := g.height - margin - g.panel*vg.Length(i/g.columns) - g.head
			body := rectangle(x, top-(g.panel-g.head), x+panelSide, top)
			centred := aligned(g.title, draw.XCenter, draw.YBottom)
			for k, l := range lines {
				c.FillText(centred, vg.Point{X: x + panelSide/2, Y: top + 5 + titleLine*vg.Length(len(lines)-1-k)}, l)
			}
			paint(c, i, body)
		}
		g.key.drawAt(c, vg.Point{X: g.width / 2, Y: margin + g.key.height()})
	}}
}

// first says whether a panel is the first of its row, which names the vertical axis for all.
func (g grid) first(i int) bool { return i%g.columns == 0 }

// sideways writes the name of a vertical axis beside a frame, reading upwards.
func (g grid) sideways(c draw.Canvas, s string, beside vg.Rectangle) {
	st := aligned(g.label, draw.XCenter, draw.YBottom)
	st.Rotation = math.Pi / 2
	c.FillText(st, vg.Point{X: beside.Min.X - 24, Y: middle(beside).Y}, s)
}

// below writes tick labels and the name of a horizontal axis below a frame.
func (g grid) below(c draw.Canvas, f frame, name string, at []float64, labels []string) {
	tick := aligned(g.tick, draw.XCenter, draw.YTop)
	for i, label := range labels {
		x := f.x(at[i])
		c.StrokeLine2(line(dim, 0.6), x, f.Min.Y, x, f.Min.Y-3)
		c.FillText(tick, vg.Point{X: x, Y: f.Min.Y - 3}, label)
	}
	c.FillText(aligned(g.label, draw.XCenter, draw.YTop), vg.Point{X: middle(f.Rectangle).X, Y: f.Min.Y - 13}, name)
}

// notes writes lines into an upper corner of a frame, over a white ground.
func (g grid) notes(c draw.Canvas, f frame, notes []string, right bool) {
	st := aligned(g.label, draw.XLeft, draw.YTop)
	var width vg.Length
	for _, n := range notes {
		width = max(width, st.Width(n))
	}
	if width == 0 {
		return
	}
	x, y := f.Min.X+4, f.Max.Y-3
	if right {
		x = f.Max.X - 4 - width
	}
	fill(c, faded(rgb(0xffffff), 0.8), rectangle(x-2, y-noteLine*vg.Length(len(notes))-2, x+width+2, y+1))
	for i, n := range notes {
		c.FillText(st, vg.Point{X: x, Y: y - noteLine*vg.Length(i)}, n)
	}
}

// frame maps fractions to places in a rectangle.
type frame struct{ vg.Rectangle }

func (f frame) x(v float64) vg.Length { return f.Min.X + vg.Length(v)*(f.Max.X-f.Min.X) }
func (f frame) y(v float64) vg.Length { return f.Min.Y + vg.Length(v)*(f.Max.Y-f.Min.Y) }
