package figure

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func distributionPanels(n int) []Distribution {
	var all []Distribution
	for i := range n {
		p := Distribution{Title: "focal γ=3", Notes: []string{"right: 30"}, Colour: Colour("focal"), Upper: math.Log(10)}
		for b := range 20 {
			p.Right = append(p.Right, float64((20-b)*(i+1)))
			p.Wrong = append(p.Wrong, float64(b))
		}
		all = append(all, p)
	}
	return all
}

func TestDistributions(t *testing.T) {
	for _, n := range []int{1, 5, PanelsPerFigure} {
		d, err := Distributions("entropy", "entropy (nats)", distributionPanels(n))
		svg := drawn(t, d, err)
		title, texts := parse(t, svg)
		if title != "entropy" {
			t.Errorf("the title is %q", title)
		}
		for _, want := range []string{"focal γ=3", "right: 30", "entropy (nats)", "2"} {
			if got := strings.Count(strings.Join(texts, "\n")+"\n", want+"\n"); got != n {
				t.Errorf("%q stands %d times in %d panels", want, got, n)
			}
		}
		checkWithin(t, svg)
	}
}

// TestDensities holds that the area below a histogram is 1, whatever it counts.
func TestDensities(t *testing.T) {
	p := Distribution{Lower: 1, Upper: 3, Right: []float64{1, 2, 0, 5}, Wrong: make([]float64, 4)}
	if got, want := p.densities(p.Right), []float64{0.25, 0.5, 0, 1.25}; !slices.Equal(got, want) {
		t.Errorf("the densities are %v, want %v", got, want)
	}
	if got := p.densities(p.Wrong); got != nil {
		t.Errorf("nothing has the densities %v", got)
	}
}

func TestDistributionsOfNothing(t *testing.T) {
	empty := Distribution{Title: "empty", Upper: 1, Right: make([]float64, 3), Wrong: make([]float64, 3)}
	d, err := Distributions("empty", "x", []Distribution{empty})
	if svg := string(drawn(t, d, err)); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error("a number that is not finite was drawn")
	}
	for name, panels := range map[string][]Distribution{
		"no panel":       nil,
		"too many":       distributionPanels(PanelsPerFigure + 1),
		"no bins":        {{Upper: 1}},
		"other bins":     {{Upper: 1, Right: []float64{1}, Wrong: []float64{1, 2}}},
		"an empty range": {{Right: []float64{1}, Wrong: []float64{1}}},
	} {
		if _, err := Distributions("x", "x", panels); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// TestWhatLeavesThePicture holds that a bin beside which the others would be flat is cut off, and says how high it is.
func TestWhatLeavesThePicture(t *testing.T) {
	usual := Distribution{Title: "usual", Upper: 4, Right: []float64{2, 1, 1, 0}, Wrong: []float64{0, 1, 2, 1}}
	certain := Distribution{Title: "certain", Upper: 2, Right: []float64{1, 0, 0, 99}, Wrong: []float64{96, 1, 1, 2}}
	if got := usualDensity([]Distribution{usual, usual, certain}); got != 2*0.5 {
		t.Errorf("the axis shows densities to %v, want twice the usual 0.5", got)
	}
	if got := usualDensity([]Distribution{usual, usual}); got != 0.5 {
		t.Errorf("where nothing stands out it shows densities to %v, want 0.5", got)
	}
	if got := usualDensity([]Distribution{{Upper: 1, Right: []float64{1, 3}, Wrong: []float64{0, 0}}}); got != 1.5 {
		t.Errorf("where nothing is wrong it shows densities to %v, want 1.5", got)
	}
	d, err := Distributions("three", "x", []Distribution{usual, usual, certain})
	if _, texts := parse(t, drawn(t, d, err)); !slices.Contains(texts, "2 right") || !slices.Contains(texts, "1.9 wrong") {
		t.Errorf("densities of 1.98 and 1.92 are not written: %q", texts)
	}
}

// TestNotesHideNoPeak holds that notes stand to the right where nothing reaches up to them, and else in the half in which
// histograms are lower.
func TestNotesHideNoPeak(t *testing.T) {
	for _, test := range []struct {
		right, wrong []float64
		want         bool
	}{
		{[]float64{5, 1, 0, 0}, []float64{0, 1, 2, 1}, true},
		{[]float64{0, 0, 1, 5}, []float64{0, 0, 0, 6}, false},
		{[]float64{5, 1, 0, 0}, []float64{0, 0, 0, 6}, false},
		{[]float64{1, 1, 0, 0}, []float64{0, 0, 0, 4}, true}, // below them
		{nil, []float64{3, 0, 0}, true},
		{nil, nil, true},
	} {
		if got := roomRight(4, test.right, test.wrong); got != test.want {
			t.Errorf("beside %v and %v the notes stand right: %v", test.right, test.wrong, got)
		}
	}
}
