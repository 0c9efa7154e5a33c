package figure

import (
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	keyWidth  vg.Length = 18
	keyGap    vg.Length = 4
	entryGap  vg.Length = 14
	rowHeight vg.Length = 13
)

// entry is one line of a legend: a key, drawn into a rectangle, and what it stands for.
type entry struct {
	name string
	draw func(c draw.Canvas, box vg.Rectangle)
}

// legend lays entries out in rows of at most a width.
type legend struct {
	rows  [][]entry
	style text.Style
	width vg.Length
}

func newLegend(entries []entry, st text.Style, width vg.Length) legend {
	l := legend{style: aligned(st, draw.XLeft, draw.YCenter), width: width}
	var row []entry
	var used vg.Length
	for _, e := range entries {
		e.name = cut(e.name, st, width-keyWidth-keyGap)
		need := l.widthOf(e)
		if len(row) > 0 && used+entryGap+need > width {
			l.rows = append(l.rows, row)
			row, used = nil, 0
		}
		if len(row) > 0 {
			used += entryGap
		}
		row = append(row, e)
		used += need
	}
	if len(row) > 0 {
		l.rows = append(l.rows, row)
	}
	return l
}

func (l legend) widthOf(e entry) vg.Length { return keyWidth + keyGap + l.style.Width(e.name) }

func (l legend) height() vg.Length { return rowHeight * vg.Length(len(l.rows)) }

// drawAt draws the legend centred below a point at the middle of its upper edge.
func (l legend) drawAt(c draw.Canvas, top vg.Point) {
	for i, row := range l.rows {
		total := -entryGap
		for _, e := range row {
			total += entryGap + l.widthOf(e)
		}
		x := top.X - total/2
		y := top.Y - rowHeight*(vg.Length(i)+0.5)
		for _, e := range row {
			e.draw(c, rectangle(x, y-4, x+keyWidth, y+4))
			c.FillText(l.style, vg.Point{X: x + keyWidth + keyGap, Y: y + 1}, e.name)
			x += l.widthOf(e) + entryGap
		}
	}
}
