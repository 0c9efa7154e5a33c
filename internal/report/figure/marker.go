package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Marker is the shape of a mark.
type Marker int

// The markers.
const (
	NoMarker Marker = iota
	Circle
	Square
	Triangle
	Diamond
	Wedge // a triangle that points down
)

const markerRadius vg.Length = 2.6

// draw draws a full marker, or a hollow one.
func (m Marker) draw(c draw.Canvas, colour color.NRGBA, at vg.Point, hollow bool) {
	m.fill(c, colour, at, markerRadius)
	if hollow {
		m.fill(c, rgb(0xffffff), at, markerRadius-1.1)
	}
}

// fill draws a marker of about the area of a circle of that radius.
func (m Marker) fill(c draw.Canvas, colour color.NRGBA, at vg.Point, radius vg.Length) {
	var corners []float64 // angles, in degrees
	reach := 1.25
	switch m {
	case NoMarker:
		return
	case Square:
		corners = []float64{45, 135, 225, 315}
	case Triangle:
		corners, reach = []float64{90, 210, 330}, 1.5
	case Diamond:
		corners, reach = []float64{0, 90, 180, 270}, 1.4
	case Wedge:
		corners, reach = []float64{30, 150, 270}, 1.5
	}
	var path vg.Path
	for i, degrees := range corners {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		corner := vg.Point{X: at.X + radius*vg.Length(reach*cos), Y: at.Y + radius*vg.Length(reach*sin)}
		if i == 0 {
			path.Move(corner)
		} else {
			path.Line(corner)
		}
	}
	if m == Circle {
		path.Move(vg.Point{X: at.X + radius, Y: at.Y})
		path.Arc(at, radius, 0, 2*math.Pi)
	}
	path.Close()
	c.SetColor(colour)
	c.Fill(path)
}

// middle returns the centre of a rectangle.
func middle(r vg.Rectangle) vg.Point {
	return vg.Point{X: (r.Min.X + r.Max.X) / 2, Y: (r.Min.Y + r.Max.Y) / 2}
}
