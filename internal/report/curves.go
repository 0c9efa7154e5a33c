package report

import (
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
)

// curveValues is how many values an axis needs for a curve.
const curveValues = 3

// curves draws ECE and NLL against every setting that is a number and takes three values or more.
func (w *writer) curves() error {
	for _, path := range w.layout.Varying {
		if err := w.curvesAlong(path); err != nil {
			return err
		}
	}
	return nil
}

// drawnSection is a section with its charts.
type drawnSection struct {
	comparison.Section
	charts []figure.Chart
}

// curvesAlong draws the figures of one setting.
func (w *writer) curvesAlong(path string) error {
	var sections []drawnSection
	most := 0 // curves that one chart could have
	for _, s := range w.sectionsAlong(path) {
		charts, curves := chartsAlong(path, s)
		if len(charts) > 0 {
			sections = append(sections, drawnSection{s, charts})
		}
		most = max(most, curves)
	}
	sections, more := first(sections)
	for _, s := range sections {
		alt := altOf("ECE and NLL against "+axisName(path), s.Section)
		d, err := figure.Charts(alt, s.charts, chartColumns)
		if err != nil {
			return err
		}
		err = w.show(fileName(comparison.Title(s.Settings), strings.TrimPrefix(path, "loss.")), d, shownFigure{
			heading: "ECE and NLL against " + escape(axisName(path)), alt: alt, apart: heading(s.Settings),
			caption: "Test split. Means over seeds; bars and bands are " + intervalNote + ". Faint dots are single seeds, on curves of at most 30 points. Before temperature scaling marks are full; after it " +
				"they are hollow and curves dashed." + baselineNote(s.charts) + crowdNote(most) + more,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sectionsAlong arranges the finished groups by everything outside the loss but one setting.
func (w *writer) sectionsAlong(path string) []comparison.Section {
	var apart []string
	for _, p := range w.layout.Varying {
		if p != path && !strings.HasPrefix(p, "loss.") {
			apart = append(apart, p)
		}
	}
	return comparison.Layout{Apart: apart}.Sections(comparison.Finished(w.groups))
}

// along is a curve in the making: the groups that differ in one setting only.
type along struct {
	loss   string
	name   string
	groups []*comparison.Group
	xs     []float64
}

// chartsAlong returns charts of ECE and NLL against a setting. Settings of a loss have two charts for each loss, with
// the baseline beside it. Other settings bring losses that are to be compared into one chart; it takes four then, so
// that before and after temperature scaling stand apart. It also returns how many curves one chart could have.
func chartsAlong(path string, s comparison.Section) (charts []figure.Chart, most int) {
	byLoss := curvesOf(path, s)
	if all := slices.Concat(byLoss...); !strings.HasPrefix(path, "loss.") && len(all) > 1 {
		return comparedCharts(path, spread(all, curvesShown)), len(all)
	}
	for _, lines := range byLoss {
		most = max(most, len(lines))
		lines = spread(lines, curvesShown)
		for _, column := range curveColumns() {
			chart := newChart(lines[0].loss, path, column)
			for i, l := range lines {
				for _, calibration := range []run.Calibration{plain, scaled} {
					chart.Series = append(chart.Series, l.series(column, calibration, i, len(lines))...)
				}
			}
			if strings.HasPrefix(path, "loss.") && lines[0].loss != baseline {
				chart.Levels = levels(column, s.Groups)
			}
			charts = append(charts, chart)
		}
	}
	return charts, most
}

// curvesOf returns the curves of each loss that has any.
func curvesOf(path string, s comparison.Section) (byLoss [][]along) {
	for _, loss := range lossesOf(s.Groups) {
		if lines := linesAlong(path, loss, s.Groups); len(lines) > 0 {
			byLoss = append(byLoss, lines)
		}
	}
	return byLoss
}

// comparedCharts returns a chart of each metric before and one after temperature scaling, with the curves of all losses.
func comparedCharts(path string, lines []along) []figure.Chart {
	count := map[string]int{}
	for _, l := range lines {
		count[l.loss]++
	}
	var charts []figure.Chart
	for _, column := range curveColumns() {
		for _, calibration := range []run.Calibration{plain, scaled} {
			chart := newChart(when(calibration), path, column)
			place := map[string]int{}
			for _, l := range lines {
				series := l.series(column, calibration, place[l.loss], count[l.loss])
				for i := range series {
					series[i].Name = l.name
				}
				chart.Series = append(chart.Series, series...)
				place[l.loss]++
			}
			if len(chart.Series) > 0 {
				charts = append(charts, chart)
			}
		}
	}
	return charts
}

func curveColumns() []comparison.Column {
	return []comparison.Column{comparison.ColumnNamed("ece"), comparison.ColumnNamed("nll")}
}

func newChart(title, path string, column comparison.Column) figure.Chart {
	return figure.Chart{Title: title, X: axisName(path), Y: axisOf(column), FromZero: column.Name == "ece"}
}

// linesAlong returns the curves of a loss: groups that share everything but the setting, in its order.
func linesAlong(path, loss string, groups []*comparison.Group) []along {
	var lines []along
	index := map[string]int{}
	for _, g := range groups {
		x, ok := g.Number(path)
		if g.Loss != loss || !ok {
			continue
		}
		rest := comparison.Describe(g.Config, func(p string) bool { return p != path && p != "seed" })
		i, known := index[rest]
		if !known {
			i = len(lines)
			index[rest] = i
			lines = append(lines, along{loss: loss, name: nameWithout(g, path)})
		}
		at, _ := slices.BinarySearch(lines[i].xs, x)
		lines[i].xs = slices.Insert(lines[i].xs, at, x)
		lines[i].groups = slices.Insert(lines[i].groups, at, g)
	}
	return slices.DeleteFunc(lines, func(l along) bool { return len(l.xs) < curveValues })
}

// nameWithout is the label of a group without the setting that a curve runs along.
func nameWithout(g *comparison.Group, path string) string {
	_, last := comparison.SplitPath(path)
	words := strings.Fields(g.Label)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool {
		return strings.HasPrefix(w, symbol(last)+"=") || strings.HasPrefix(w, last+"=")
	}), " ")
}

// series returns the curve of a column, the i-th of n of its loss; none where no seed has a number. A dense curve is a
// line with a band, without marks and single seeds, and those of one seed are shown by the mean.
func (l along) series(column comparison.Column, calibration run.Calibration, i, n int) []figure.Series {
	s := figure.Series{Name: l.name + ", before", Colour: tone(l.loss, i, n), Marker: figure.MarkerOf(l.loss)}
	if calibration == scaled {
		s.Name, s.Dashed = l.name+", after", true
	}
	if len(l.groups) > markedPoints {
		s.Marker = figure.NoMarker
	}
	known := false
	for k, g := range l.groups {
		samples := samplesOf(g, column, calibration)
		estimate := estimateOf(samples)
		known = known || isFinite(estimate.Mean)
		if len(samples) < 2 || len(l.groups) > markedPoints {
			samples = nil
		}
		s.Points = append(s.Points, figure.Point{X: l.xs[k], Estimate: estimate, Samples: samples})
	}
	if !known {
		return nil
	}
	return []figure.Series{s}
}

// baselineNote explains the horizontal lines, where there are any.
func baselineNote(charts []figure.Chart) string {
	for _, c := range charts {
		if len(c.Levels) > 0 {
			return " Horizontal lines: " + escape(baseline) + "."
		}
	}
	return ""
}

// levels returns the baseline of a chart, where a section has exactly one.
func levels(column comparison.Column, groups []*comparison.Group) []figure.Level {
	var base *comparison.Group
	for _, g := range groups {
		if g.Loss == baseline {
			if base != nil {
				return nil
			}
			base = g
		}
	}
	if base == nil {
		return nil
	}
	var both []figure.Level
	for _, calibration := range []run.Calibration{plain, scaled} {
		estimate := estimateOf(samplesOf(base, column, calibration))
		if !isFinite(estimate.Mean) {
			continue
		}
		l := figure.Level{Name: base.Label + ", before", Colour: figure.Colour(base.Loss), Estimate: estimate}
		if calibration == scaled {
			l.Name, l.Dashed = base.Label+", after", true
		}
		both = append(both, l)
	}
	return both
}

// axisName is how people write the setting at a path; outside the loss, the whole path.
func axisName(path string) string {
	if parent, last := comparison.SplitPath(path); parent == "loss" {
		return symbol(last)
	}
	return path
}

// symbol is how people write a setting.
func symbol(name string) string {
	switch name {
	case "gamma":
		return "γ"
	case "epsilon":
		return "ε"
	case "alpha":
		return "α"
	case "beta":
		return "β"
	case "lambda":
		return "λ"
	case "tau":
		return "τ"
	}
	return name
}
