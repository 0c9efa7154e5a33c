package report

import (
	"slices"
	"strings"

	"experiment/internal/report/figure"
	"experiment/internal/run"
	"experiment/internal/stats"
)

// chartColumns is how many charts stand side by side.
const chartColumns = 2

// learning draws the validation NLL over epochs, one chart for each loss.
func (w *writer) learning() error {
	for _, s := range w.sections {
		charts := w.learningCharts(finished(s.groups))
		if len(charts) == 0 {
			continue
		}
		alt := "Validation NLL by epoch"
		if t := title(s.settings); t != "" {
			alt += ", " + t
		}
		svg, err := figure.Charts(alt, charts, chartColumns)
		if err != nil {
			return err
		}
		w.show(fileName(title(s.settings), "learning"), svg, shownFigure{
			heading: "Learning curves", alt: alt, apart: heading(s.settings),
			caption: "NLL of the validation split after each epoch, before temperature scaling: mean over seeds, with a band of one standard deviation. The first tenth of the epochs may lie above.",
		})
	}
	return nil
}

// learningCharts returns a chart for each loss that has a history, all with the same vertical range.
func (w *writer) learningCharts(groups []*group) []figure.Chart {
	var charts []figure.Chart
	low, high := epochRange(groups)
	for _, loss := range lossesOf(groups) {
		members := slices.DeleteFunc(slices.Clone(groups), func(g *group) bool { return g.loss != loss })
		chart := figure.Chart{Title: loss, X: "epoch", Y: "validation NLL (nats)", Low: low, High: high}
		for i, g := range members {
			if points := epochPoints(g); len(points) > 1 {
				name := strings.TrimSpace(strings.TrimPrefix(w.layout.nameOf(g), loss))
				if name = strings.TrimPrefix(name, ", "); name == "" {
					name = loss
				}
				chart.Series = append(chart.Series, figure.Series{Name: name, Colour: tone(loss, i, len(members)), Points: points})
			}
		}
		if len(chart.Series) > 0 {
			charts = append(charts, chart)
		}
	}
	return charts
}

// lossesOf lists the losses of groups once, in their order.
func lossesOf(groups []*group) []string {
	var losses []string
	for _, g := range groups {
		if !slices.Contains(losses, g.loss) {
			losses = append(losses, g.loss)
		}
	}
	return losses
}

// epochPoints summarises the validation NLL over seeds, epoch by epoch.
func epochPoints(g *group) []figure.Point {
	values := map[int][]float64{}
	for _, r := range g.records {
		for _, epoch := range r.Attempt.History {
			for _, m := range epoch.Metrics {
				if m.Split == run.Validation && m.Name == "nll" {
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
// which the NLL falls from so high that what comes later would be a flat line.
func epochRange(groups []*group) (low, high float64) {
	first := true
	for _, g := range groups {
		points := epochPoints(g)
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
