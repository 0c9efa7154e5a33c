package figure

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func weighed(n int) Pareto {
	p := Pareto{Title: "before", X: "accuracy (%)", Y: "ECE (%)"}
	for i := range n {
		x, y := 90+float64(i*7%11), 2+float64(i*5%7)
		p.Marks = append(p.Marks, Mark{Name: fmt.Sprintf("loss %d", i), Colour: Colour("focal"), Marker: MarkerOf("focal"), X: Estimate{x, x - 0.5, x + 0.5}, Y: Estimate{y, y - 1, y + 1}})
	}
	return p
}

// TestEveryMarkHasItsName holds that each name stands once, beside its mark or in the legend, however crowded it is.
func TestEveryMarkHasItsName(t *testing.T) {
	for _, n := range []int{1, 4, 12, 60} {
		d, err := Paretos("pareto", []Pareto{weighed(n)})
		svg := drawn(t, d, err)
		_, texts := parse(t, svg)
		for i := range n {
			if count := len(slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s != fmt.Sprintf("loss %d", i) })); count != 1 {
				t.Errorf("of %d marks, the name of number %d stands %d times", n, i, count)
			}
		}
		checkWithin(t, svg)
	}
	d, err := Paretos("pareto", []Pareto{weighed(3), weighed(4), weighed(5)})
	checkWithin(t, drawn(t, d, err))
	if _, err := Paretos("pareto", nil); err == nil {
		t.Error("no panels were accepted")
	}
}

func TestMarksThatAreNoNumbers(t *testing.T) {
	p := weighed(3)
	p.Marks[0].X = Exactly(math.NaN())
	p.Marks[1].Y = Estimate{math.Inf(1), math.NaN(), math.NaN()}
	p.Marks[2].Y.High = math.Inf(1)
	for _, marks := range [][]Mark{p.Marks, p.Marks[:2], nil} {
		p.Marks = marks
		d, err := Paretos("pareto", []Pareto{p})
		svg := string(drawn(t, d, err))
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%d marks: a number that is not finite was drawn", len(marks))
		}
	}
}

// TestFront holds that no mark is better than one on the front, and that some mark is better than any other.
func TestFront(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Map(rapid.IntRange(0, 6), func(i int) float64 { return float64(i) })
		var marks []Mark
		for range rapid.IntRange(0, 12).Draw(t, "marks") {
			marks = append(marks, Mark{X: Exactly(number.Draw(t, "x")), Y: Exactly(number.Draw(t, "y"))})
		}
		best := front(marks)
		for i, m := range marks {
			better := slices.ContainsFunc(marks, func(o Mark) bool {
				return o.X.Mean >= m.X.Mean && o.Y.Mean <= m.Y.Mean && (o.X.Mean > m.X.Mean || o.Y.Mean < m.Y.Mean)
			})
			if better == slices.Contains(best, i) {
				t.Fatalf("mark %d of %v: a better one is there: %v; the front is %v", i, marks, better, best)
			}
		}
		for k := 1; k < len(best); k++ {
			a, b := marks[best[k-1]], marks[best[k]]
			if a.X.Mean > b.X.Mean || a.Y.Mean > b.Y.Mean {
				t.Fatalf("the front %v does not go upwards", best)
			}
		}
	})
}

// TestLabelsDoNotOverlap holds that labels lie inside, and hide neither a mark nor each other.
func TestLabelsDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := placement{bounds: rectangle(0, 0, 200, 100)}
		coordinate := func(most int) vg.Length { return vg.Length(rapid.IntRange(0, most).Draw(t, "coordinate")) }
		var points []vg.Point
		for range rapid.IntRange(1, 15).Draw(t, "points") {
			points = append(points, vg.Point{X: coordinate(200), Y: coordinate(100)})
			p.taken = append(p.taken, around(points[len(points)-1], markerRadius))
			p.crossed = append(p.crossed, rectangle(points[len(points)-1].X-10, points[len(points)-1].Y, points[len(points)-1].X+10, points[len(points)-1].Y))
		}
		marks := slices.Clone(p.taken)
		var boxes []vg.Rectangle
		for _, point := range points {
			size := vg.Point{X: 5 + coordinate(60), Y: 8}
			at, ok := p.put(point, size)
			if !ok {
				continue
			}
			box := rectangle(at.X, at.Y-size.Y/2, at.X+size.X, at.Y+size.Y/2)
			if !within(box, p.bounds) || overlapsAny(box, marks) || overlapsAny(box, boxes) {
				t.Fatalf("the label in %v hides something of %v and %v", box, marks, boxes)
			}
			boxes = append(boxes, box)
		}
	})
}

func TestALabelStandsToTheRightWhereThereIsRoom(t *testing.T) {
	p := placement{bounds: rectangle(0, 0, 200, 100)}
	at, ok := p.put(vg.Point{X: 50, Y: 50}, vg.Point{X: 30, Y: 8})
	if !ok || at.Y != 50 || at.X <= 50 {
		t.Errorf("it stands at %v, %v", at, ok)
	}
	p = placement{bounds: rectangle(0, 0, 60, 100)}
	if at, ok := p.put(vg.Point{X: 50, Y: 50}, vg.Point{X: 30, Y: 8}); !ok || at.X+30 >= 50 {
		t.Errorf("at the right edge it stands at %v, %v", at, ok)
	}
	if at, ok := p.put(vg.Point{X: 50, Y: 50}, vg.Point{X: 61, Y: 8}); ok {
		t.Errorf("a label wider than the frame stands at %v", at)
	}
}
