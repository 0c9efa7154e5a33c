package report

import (
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
)

// chartColumns is how many charts stand side by side.
const chartColumns = 2

// learned is a metric of the validation split that learning curves show.
type learned struct {
	name, axis string
	scale      float64 // from its unit in data to that of the axis
	fromZero   bool
}

var learnedMetrics = [...]learned{{"nll", "validation NLL (nats)", 1, false}, {"ece", "validation ECE (%)", 100, true}}

// learning draws NLL and ECE of the validation split over epochs, a chart of each for each loss.
func (w *writer) learning() error {
	sections, more := first(w.sections)
	for _, s := range sections {
		charts := w.learningCharts(s.Groups)
		if len(charts) == 0 {
			continue
		}
		alt := altOf("NLL and ECE of the validation split by epoch", s)
		d, err := figure.Charts(alt, charts, chartColumns)
		if err != nil {
			return err
		}
		err = w.show(fileName(comparison.Title(s.Settings), "learning"), d, shownFigure{
			heading: "Learning curves", alt: alt, apart: heading(s.Settings),
			caption: "Validation split after each epoch, before temperature scaling: mean over seeds, with a band of one standard deviation. Charts of the same " +
				"metric have the same vertical range; the first tenth of the epochs may lie above." + crowdNote(mostOfALoss(s.Groups)) + more,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// learningCharts returns charts for each loss that has a history, all of one metric with the same vertical range.
func (w *writer) learningCharts(groups []*comparison.Group) []figure.Chart {
	losses := lossesOf(groups)
	members := map[string][]*comparison.Group{}
	var shown []*comparison.Group
	for _, loss := range losses {
		members[loss] = spread(ofLoss(groups, loss), curvesShown)
		shown = append(shown, members[loss]...)
	}
	var ranges [len(learnedMetrics)]struct{ low, high float64 }
	for i, metric := range learnedMetrics {
		ranges[i].low, ranges[i].high = epochRange(shown, metric.name, metric.scale)
	}
	var charts []figure.Chart
	for _, loss := range losses {
		for i, metric := range learnedMetrics {
			chart := figure.Chart{Title: loss, X: "epoch", Y: metric.axis, Low: ranges[i].low, High: ranges[i].high, FromZero: metric.fromZero}
			for k, g := range members[loss] {
				if points := epochPoints(g, metric.name, metric.scale); len(points) > 1 {
					chart.Series = append(chart.Series, figure.Series{Name: nameWithin(w.layout, g), Colour: tone(loss, k, len(members[loss])), Points: points})
				}
			}
			if len(chart.Series) > 0 {
				charts = append(charts, chart)
			}
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

// epochPoints summarises a metric of the validation split over seeds, epoch by epoch, times a scale.
func epochPoints(g *comparison.Group, name string, scale float64) []figure.Point {
	values := map[int][]float64{}
	for _, r := range g.Records {
		for _, epoch := range r.Attempt.History {
			for _, m := range epoch.Metrics {
				if m.Split == run.Validation && m.Name == name {
					values[epoch.Number] = append(values[epoch.Number], scale*float64(m.Value))
				}
			}
		}
	}
	var points []figure.Point
	for _, number := range sortedKeys(values) {
		points = append(points, figure.Point{X: float64(number), Estimate: spreadOf(values[number])})
	}
	return points
}

// epochRange returns the least and the greatest mean of all curves after the first tenth of their epochs, in
// which the metric falls from so high that what comes later would be a flat line.
func epochRange(groups []*comparison.Group, name string, scale float64) (low, high float64) {
	first := true
	for _, g := range groups {
		points := epochPoints(g, name, scale)
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
