package figure

import (
	"bytes"
	"encoding/xml"
	"image/color"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func panels(n int) []Panel {
	var all []Panel
	for i := range n {
		p := Panel{Title: "entropy_regularised γ=0.05 with <angles> & more words than fit into one line", Colour: Colour("focal"), Notes: []string{"ECE 4.3 %", "n = 5"}}
		for k := range 15 {
			p.Bins = append(p.Bins, Bin{Lower: float64(k) / 15, Upper: float64(k+1) / 15, Count: k * (i + 1), Confidence: (float64(k) + 0.5) / 15, Accuracy: float64(k) / 20})
		}
		all = append(all, p)
	}
	return all
}

// drawn returns a figure as SVG, after checking that it is the same when drawn again.
func drawn(t *testing.T, d Drawing, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	svg, err := d.SVG()
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.SVG()
	if err != nil || !bytes.Equal(svg, again) {
		t.Fatalf("drawn twice, the figure differs (%v)", err)
	}
	return svg
}

// parse reads a figure as XML and returns its title and its texts.
func parse(t *testing.T, svg []byte) (title string, texts []string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(string(svg)))
	inside := ""
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return title, texts
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local
		case xml.EndElement:
			inside = ""
		case xml.CharData:
			switch inside {
			case "title":
				title = string(token)
			case "text":
				texts = append(texts, string(token))
			}
		}
	}
}

func TestReliability(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, PanelsPerFigure} {
		d, err := Reliability("before <scaling>", panels(n))
		svg := drawn(t, d, err)
		title, texts := parse(t, svg)
		if title != "before <scaling>" {
			t.Errorf("the title is %q", title)
		}
		if count := strings.Count(strings.Join(texts, "\n"), "ECE 4.3 %"); count != n {
			t.Errorf("%d of %d panels are there", count, n)
		}
		checkWithin(t, svg)
	}
	for _, n := range []int{0, PanelsPerFigure + 1} {
		if _, err := Reliability("wrong", panels(n)); err == nil {
			t.Errorf("%d panels were accepted", n)
		}
	}
}

func TestLongTitlesStayInsideTheFigure(t *testing.T) {
	bold := style(newFonts(), 9, true)
	lines := wrap("margin_label_smoothing margin=10 α=0.1", bold, titleWidth, 3)
	if len(lines) < 2 {
		t.Errorf("the title stands in one line: %q", lines)
	}
	for _, line := range lines {
		// A title is centred over the diagram; the figure ends panelRight and margin after it.
		if half := bold.Width(line) / 2; half > panelSide/2+panelRight+margin {
			t.Errorf("%q is %v wide and leaves the figure", line, 2*half)
		}
	}
}

// TestEmptyBins holds that a panel without predictions is drawn without bars or a made-up number.
func TestEmptyBins(t *testing.T) {
	d, err := Reliability("empty", []Panel{{Title: "nothing", Bins: []Bin{{Upper: 1}}}})
	svg := drawn(t, d, err)
	if strings.Contains(string(svg), "NaN") {
		t.Error("NaN in an empty diagram")
	}
	checkWithin(t, svg)
}

var viewBox = regexp.MustCompile(`viewBox="0 0 ([0-9.]+) ([0-9.]+)"`)

// checkWithin checks that a figure is at most as wide as a page and that its fonts are safe.
func checkWithin(t *testing.T, svg []byte) {
	t.Helper()
	match := viewBox.FindSubmatch(svg)
	if match == nil {
		t.Fatal("no view box")
	}
	width, err := strconv.ParseFloat(string(match[1]), 64)
	if err != nil || width > float64(Width) {
		t.Errorf("the figure is %s points wide (%v)", match[1], err)
	}
	if texts, fixed := strings.Count(string(svg), "<text "), strings.Count(string(svg), " textLength="); texts != fixed {
		t.Errorf("%d of %d texts have a width", fixed, texts)
	}
	for _, s := range strings.SplitAfter(string(svg), "font-family:")[1:] {
		if !strings.HasPrefix(s, fontFamilies) {
			t.Fatalf("a font family without a fallback: %.40s", s)
		}
	}
}

func chart(xs []float64, y func(float64) float64) Chart {
	c := Chart{Title: "focal", X: "γ", Y: "ECE (%)", Levels: []Level{{Name: "baseline", Estimate: Exactly(3)}}}
	s := Series{Name: "focal", Marker: MarkerOf("focal"), Colour: Colour("focal")}
	for _, x := range xs {
		s.Points = append(s.Points, Point{X: x, Estimate: Estimate{y(x), y(x) - 0.1, y(x) + 0.1}, Samples: []float64{y(x) - 0.1, y(x) + 0.1}})
	}
	plain := s
	plain.Marker, plain.Name = NoMarker, "plain"
	c.Series = []Series{s, plain}
	return c
}

func TestCharts(t *testing.T) {
	tests := map[string]struct {
		chart Chart
		want  []string // texts
	}{
		"values as ticks":   {chart([]float64{0.5, 1, 2, 3, 5, 8}, math.Sqrt), []string{"0.5", "1", "5", "8", "γ", "ECE (%)", "focal", "baseline"}},
		"logarithmic":       {chart([]float64{1e-5, 1e-3, 1e-1}, math.Sqrt), []string{"1e-05", "0.001", "0.1"}},
		"not finite":        {chart([]float64{1, 2, 3, 4}, func(x float64) float64 { return math.Log(2-x) / (3 - x) }), []string{"1"}},
		"nothing finite":    {chart([]float64{1, 2, 3}, func(float64) float64 { return math.NaN() }), []string{"1", "2", "3"}},
		"a single point":    {chart([]float64{1}, math.Sqrt), []string{"1"}},
		"all values equal":  {chart([]float64{1, 2, 3}, func(float64) float64 { return 3 }), []string{"3.00"}},
		"values too close":  {chart([]float64{1, 1.01, 1.02, 9}, math.Sqrt), []string{"2", "4", "6", "8"}},
		"no points":         {chart(nil, math.Sqrt), []string{"focal"}},
		"negative and zero": {chart([]float64{-1, 0, 1}, func(x float64) float64 { return x }), []string{"-1", "0", "1"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d, err := Charts(name, []Chart{test.chart, test.chart, test.chart}, 2)
			svg := drawn(t, d, err)
			_, texts := parse(t, svg)
			for _, want := range test.want {
				found := 0
				for _, text := range texts {
					if text == want {
						found++
					}
				}
				if found < 3 {
					t.Errorf("%q stands %d times in %q", want, found, texts)
				}
			}
			if strings.Contains(string(svg), "NaN") || strings.Contains(string(svg), "Inf") {
				t.Error("a number that is not finite was drawn")
			}
			checkWithin(t, svg)
		})
	}
	if _, err := Charts("none", nil, 2); err == nil {
		t.Error("no charts were accepted")
	}
}

func TestTicks(t *testing.T) {
	for _, test := range []struct {
		low, high float64
		want      string
	}{
		{0, 10, "0 2 4 6 8 10"},
		{0.2, 0.31, "0.20 0.22 0.24 0.26 0.28 0.30"},
		{-1, 1, "-1.0 -0.5 0.0 0.5 1.0"},
		{0, 12, "0 2 4 6 8 10 12"},
		{0, 13, "0.0 2.5 5.0 7.5 10.0 12.5"},
		{0, 0, ""},
		{0, math.Inf(1), ""},
	} {
		var labels []string
		for _, tick := range (ticks{6}).Ticks(test.low, test.high) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("%v to %v is marked at %q, want %q", test.low, test.high, got, test.want)
		}
	}
}

func TestColours(t *testing.T) {
	seen := map[color.NRGBA]string{gapColour: "the gap"}
	for loss, l := range looks {
		if other, ok := seen[l.colour]; ok {
			t.Errorf("%s has the colour of %s", loss, other)
		}
		seen[l.colour] = loss
	}
	if Colour("unheard_of") == gapColour {
		t.Error("an unknown loss has the colour of the gap")
	}
	base := Colour("focal")
	if Shade(base, 0, 1) != base || Shade(base, 1, 3) != base {
		t.Error("the middle tone is not the colour itself")
	}
	shades := map[color.NRGBA]bool{}
	for i := range 8 {
		shades[Shade(base, i, 8)] = true
	}
	if len(shades) != 8 {
		t.Errorf("8 tones, of which %d differ", len(shades))
	}
}

// TestRangeOfIntervals holds that intervals are shown whole, unless they would leave the means a flat line.
func TestRangeOfIntervals(t *testing.T) {
	for _, test := range []struct {
		estimates []Estimate
		low, high float64
	}{
		{nil, 0, 1},
		{[]Estimate{Exactly(math.NaN())}, 0, 1},
		{[]Estimate{Exactly(3)}, 3, 3},
		{[]Estimate{{3, 1, 5}}, 1, 5},
		{[]Estimate{{3, 2.5, 3.5}, Exactly(5)}, 2.5, 5},
		{[]Estimate{{3, -90, 96}, Exactly(5)}, 1, 7},
		{[]Estimate{{math.Inf(1), 0, 9}, {2, 1, math.Inf(1)}}, 1, 2},
	} {
		var e extent
		for _, v := range test.estimates {
			e.include(v)
		}
		if low, high := e.bounds(); low != test.low || high != test.high {
			t.Errorf("%v are shown from %v to %v, want %v to %v", test.estimates, low, high, test.low, test.high)
		}
	}
}
