package figure

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"testing"
)

// figures returns a figure of every kind.
func figures(t *testing.T) map[string]Drawing {
	t.Helper()
	all := map[string]Drawing{}
	add := func(name string, d Drawing, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all[name] = d
	}
	c := chart([]float64{1, 2, 3}, math.Sqrt)
	d, err := Charts("charts", []Chart{c, c}, 2)
	add("charts", d, err)
	d, err = Reliability("reliability", panels(3))
	add("reliability", d, err)
	d, err = Distributions("histograms", "entropy (nats)", distributionPanels(2))
	add("histograms", d, err)
	d, err = Paretos("pareto", []Pareto{weighed(5)})
	add("pareto", d, err)
	return all
}

// TestPNG holds that a PNG shows what the SVG shows: twice as many pixels as the SVG has on a page, white around
// the edge, the same colours, and the same bytes every time.
func TestPNG(t *testing.T) {
	for name, d := range figures(t) {
		svg := drawn(t, d, nil)
		content, err := d.PNG()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := d.PNG(); err != nil || !bytes.Equal(content, again) {
			t.Errorf("%s: drawn twice, the PNG differs (%v)", name, err)
		}
		picture, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		match := viewBox.FindSubmatch(svg)
		for i, pixels := range []int{picture.Bounds().Dx(), picture.Bounds().Dy()} {
			points, err := strconv.ParseFloat(string(match[i+1]), 64)
			if err != nil || math.Abs(points*192/72-float64(pixels)) > 1 {
				t.Errorf("%s: %d pixels for %v points (%v)", name, pixels, points, err)
			}
		}
		seen := map[color.NRGBA]int{}
		for y := range picture.Bounds().Dy() {
			for x := range picture.Bounds().Dx() {
				seen[color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)]++
			}
		}
		for _, corner := range [][2]int{{0, 0}, {picture.Bounds().Dx() - 1, picture.Bounds().Dy() - 1}} {
			if c := color.NRGBAModel.Convert(picture.At(corner[0], corner[1])); c != rgb(0xffffff) {
				t.Errorf("%s: the corner at %v is %v", name, corner, c)
			}
		}
		loss := Colour("focal")
		if name == "reliability" {
			loss = mix(loss, rgb(0xffffff), 0.45)
		}
		if hex := fmt.Sprintf("#%02X%02X%02X", loss.R, loss.G, loss.B); seen[loss] == 0 || !bytes.Contains(svg, []byte(hex)) {
			t.Errorf("%s: %d pixels of %s, which the SVG has: %v", name, seen[loss], hex, bytes.Contains(svg, []byte(hex)))
		}
	}
}
