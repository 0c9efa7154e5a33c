package figure

import (
	"slices"

	"gonum.org/v1/plot/vg"
)

// labelPlace is a name and where it stands: the left end of its middle line.
type labelPlace struct {
	name string
	at   vg.Point
}

// placement finds room for labels beside points, one after the other.
type placement struct {
	bounds  vg.Rectangle
	taken   []vg.Rectangle // by marks and by labels
	crossed []vg.Rectangle // by lines, which a label avoids where it can
}

// How far a label is from the edge of its mark, beside it, and above, below or at a corner.
const (
	labelGap  vg.Length = 3
	cornerGap vg.Length = 1.2
)

// put finds room for a label of a size beside a point: to the right, to the left, above, below, or at a corner. It
// returns the left end of the middle line, and whether there is room.
func (p *placement) put(point, size vg.Point) (at vg.Point, ok bool) {
	beside, corner := markerRadius+labelGap, markerRadius+cornerGap
	over := corner + size.Y/2
	candidates := []vg.Point{
		{X: beside}, {X: -beside - size.X}, {X: -size.X / 2, Y: over}, {X: -size.X / 2, Y: -over},
		{X: corner, Y: over}, {X: corner, Y: -over}, {X: -corner - size.X, Y: over}, {X: -corner - size.X, Y: -over},
	}
	for _, obstacles := range [][]vg.Rectangle{slices.Concat(p.crossed, p.taken), p.taken} {
		for _, c := range candidates {
			at = vg.Point{X: point.X + c.X, Y: point.Y + c.Y}
			box := rectangle(at.X, at.Y-size.Y/2, at.X+size.X, at.Y+size.Y/2)
			if within(box, p.bounds) && !overlapsAny(box, obstacles) {
				p.taken = append(p.taken, box)
				return at, true
			}
		}
	}
	return vg.Point{}, false
}

// around returns the square with a centre and half a side.
func around(centre vg.Point, half vg.Length) vg.Rectangle {
	return rectangle(centre.X-half, centre.Y-half, centre.X+half, centre.Y+half)
}

func within(inner, outer vg.Rectangle) bool {
	return inner.Min.X >= outer.Min.X && inner.Max.X <= outer.Max.X && inner.Min.Y >= outer.Min.Y && inner.Max.Y <= outer.Max.Y
}

func overlapsAny(box vg.Rectangle, others []vg.Rectangle) bool {
	for _, o := range others {
		if box.Min.X <= o.Max.X && o.Min.X <= box.Max.X && box.Min.Y <= o.Max.Y && o.Min.Y <= box.Max.Y {
			return true
		}
	}
	return false
}
