package report

import (
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
	"experiment/internal/stats"
)

// curveValues is how many values an axis needs for a curve.
const curveValues = 3

// curves draws ECE and NLL against every setting that is a number and takes three values or more.
func (w *writer) curves() error {
	for _, path := range w.layout.Varying {
		for _, s := range w.sectionsAlong(path) {
			charts := w.chartsAlong(path, s)
			if len(charts) == 0 {
				continue
			}
			alt := "ECE and NLL against " + axisName(path)
			if t := comparison.Title(s.Settings); t != "" {
				alt += ", " + t
			}
			svg, err := figure.Charts(alt, charts, chartColumns)
			if err != nil {
				return err
			}
			w.show(fileName(comparison.Title(s.Settings), strings.TrimPrefix(path, "loss.")), svg, shownFigure{
				heading: "ECE and NLL against " + escape(axisName(path)), alt: alt, apart: heading(s.Settings),
				caption: "Test split. Means over seeds with bars of one standard deviation, single seeds as faint dots beside them; " +
					"before temperature scaling as full dots, after it as hollow ones on dashed curves." + baselineNote(charts),
			})
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

// chartsAlong returns two charts, ECE and NLL, for each loss that has enough values of a setting.
func (w *writer) chartsAlong(path string, s comparison.Section) []figure.Chart {
	var charts []figure.Chart
	for _, loss := range lossesOf(s.Groups) {
		lines := linesAlong(path, loss, s.Groups)
		if len(lines) == 0 {
			continue
		}
		for _, column := range []comparison.Column{comparison.ColumnNamed("ece"), comparison.ColumnNamed("nll")} {
			chart := figure.Chart{Title: loss, X: axisName(path), Y: axisOf(column), FromZero: column.Name == "ece"}
			for i, l := range lines {
				chart.Series = append(chart.Series, l.series(column, i, len(lines))...)
			}
			if strings.HasPrefix(path, "loss.") && loss != baseline {
				chart.Levels = levels(column, s.Groups)
			}
			charts = append(charts, chart)
		}
	}
	return charts
}

// axisOf names a metric as the axis of a chart does.
func axisOf(c comparison.Column) string {
	if c.Percent {
		return strings.ToUpper(c.Metric) + " (%)"
	}
	return strings.ToUpper(c.Metric) + " (nats)"
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

// series returns the curves of a column, before and after temperature scaling.
func (l along) series(column comparison.Column, i, n int) []figure.Series {
	var both []figure.Series
	for _, calibration := range []run.Calibration{plain, scaled} {
		s := figure.Series{Name: l.name + ", before", Colour: tone(l.loss, i, n), Markers: true}
		if calibration == scaled {
			s.Name, s.Dashed = l.name+", after", true
		}
		known := false
		for k, g := range l.groups {
			samples := g.Values(run.Test, calibration, column.Metric)
			if column.Percent {
				for j := range samples {
					samples[j] *= 100
				}
			}
			summary := stats.Summarise(samples)
			known = known || isFinite(summary.Mean)
			if len(samples) < 2 {
				samples = nil // the mean shows it
			}
			s.Points = append(s.Points, figure.Point{X: l.xs[k], Mean: summary.Mean, SD: summary.SD, Samples: samples})
		}
		if known {
			both = append(both, s)
		}
	}
	return both
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
		s := stats.Summarise(base.Values(run.Test, calibration, column.Metric))
		if !isFinite(s.Mean) {
			continue
		}
		l := figure.Level{Name: base.Label + ", before", Colour: figure.Colour(base.Loss), Mean: s.Mean, SD: s.SD}
		if calibration == scaled {
			l.Name, l.Dashed = base.Label+", after", true
		}
		if column.Percent {
			l.Mean, l.SD = 100*l.Mean, 100*l.SD
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
