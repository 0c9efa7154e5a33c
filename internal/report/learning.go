package report

import (
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
	"experiment/internal/stats"
)

// chartColumns is how many charts stand side by side.
const chartColumns = 2

// learning draws the validation NLL over epochs, one chart for each loss.
func (w *writer) learning() error {
	for _, s := range w.sections {
		charts := w.learningCharts(comparison.Finished(s.Groups))
		if len(charts) == 0 {
			continue
		}
		alt := "Validation NLL by epoch"
		if t := comparison.Title(s.Settings); t != "" {
			alt += ", " + t
		}
		svg, err := figure.Charts(alt, charts, chartColumns)
		if err != nil {
			return err
		}
		w.show(fileName(comparison.Title(s.Settings), "learning"), svg, shownFigure{
			heading: "Learning curves", alt: alt, apart: heading(s.Settings),
			caption: "NLL of the validation split after each epoch, before temperature scaling: mean over seeds, with a band of one standard deviation. The first tenth of the epochs may lie above.",
		})
	}
	return nil
}

// learningCharts returns a chart for each loss that has a history, all with the same vertical range.
func (w *writer) learningCharts(groups []*comparison.Group) []figure.Chart {
	var charts []figure.Chart
	low, high := epochRange(groups, "nll")
	for _, loss := range lossesOf(groups) {
		chart := figure.Chart{Title: loss, X: "epoch", Y: "validation NLL (nats)", Low: low, High: high}
		members := ofLoss(groups, loss)
		for i, g := range members {
			if points := epochPoints(g, "nll"); len(points) > 1 {
				chart.Series = append(chart.Series, figure.Series{Name: nameWithin(w.layout, g), Colour: tone(loss, i, len(members)), Points: points})
			}
		}
		if len(chart.Series) > 0 {
			charts = append(charts, chart)
		}
	}
	return charts
}

// nameWithin names a group within its loss: by its parameters and the settings told by columns.
func nameWithin(l comparison.Layout, g *comparison.Group) string {
	name := strings.TrimSpace(strings.TrimPrefix(l.NameOf(g), g.Loss))
	if name = strings.TrimPrefix(name, ", "); name == "" {
		return g.Loss
	}
	return name
}

// ofLoss returns the groups with that loss.
func ofLoss(groups []*comparison.Group, loss string) []*comparison.Group {
	return slices.DeleteFunc(slices.Clone(groups), func(g *comparison.Group) bool { return g.Loss != loss })
}

// lossesOf lists the losses of groups once, in their order.
func lossesOf(groups []*comparison.Group) []string {
	var losses []string
	for _, g := range groups {
		if !slices.Contains(losses, g.Loss) {
			losses = append(losses, g.Loss)
		}
	}
	return losses
}

// epochPoints summarises a metric of the validation split over seeds, epoch by epoch.
func epochPoints(g *comparison.Group, name string) []figure.Point {
	values := map[int][]float64{}
	for _, r := range g.Records {
		for _, epoch := range r.Attempt.History {
			for _, m := range epoch.Metrics {
				if m.Split == run.Validation && m.Name == name {
					values[epoch.Number] = append(values[epoch.Number], float64(m.Value))
				}
			}
		}
	}
	var points []figure.Point
	for _, number := range sortedKeys(values) {
		s := stats.Summarise(values[number])
		points = append(points, figure.Point{X: float64(number), Mean: s.Mean, SD: s.SD})
	}
	return points
}

// epochRange returns the least and the greatest mean of all curves after the first tenth of their epochs, in
// which the metric falls from so high that what comes later would be a flat line.
func epochRange(groups []*comparison.Group, name string) (low, high float64) {
	first := true
	for _, g := range groups {
		points := epochPoints(g, name)
		for _, p := range points[len(points)/10:] {
			if !isFinite(p.Mean) {
				continue
			}
			if first {
				low, high, first = p.Mean, p.Mean, false
			}
			low, high = min(low, p.Mean), max(high, p.Mean)
		}
	}
	return low, high
}
