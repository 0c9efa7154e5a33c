package report

import (
	"fmt"
	"math"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
)

// theoryFigures draws the slack of the bounds against γ, and the losses against the sharpness of q.
func (w *writer) theoryFigures(points []point) error {
	if len(points) == 0 {
		return nil
	}
	if err := w.slackFigure(points); err != nil {
		return err
	}
	return w.lossesFigure(points)
}

// curve is a metric as a figure shows it.
type curve struct {
	name, metric string
	colour       string // name of the loss whose colour it has
	dashed       bool
}

// slackFigure draws the least slack over p against γ: of a calibrated model with the fewest classes, and of every
// model, one chart for each K.
func (w *writer) slackFigure(points []point) error {
	points = selected(points, func(p point) bool { return p.gamma > 0 })
	if len(distinct(points, gammaOf)) < 2 {
		return nil
	}
	all := distinct(points, classesOf)
	calibrated, at := nearestTruth(selected(points, func(p point) bool { return p.classes == all[0] }))
	charts := []figure.Chart{slackChart(fmt.Sprintf("K = %d, s = %s, t = %s", all[0], comparison.FormatSetting(at.sharpness), comparison.FormatSetting(at.truth)), calibrated)}
	for _, classes := range all {
		members := selected(points, func(p point) bool { return p.classes == classes })
		charts = append(charts, slackChart(fmt.Sprintf("K = %d, least over every s", classes), members))
	}
	alt := "Least slack of the bounds against γ"
	d, err := figure.Charts(alt, charts, chartColumns)
	if err != nil {
		return err
	}
	return w.show("slack", d, shownFigure{
		heading: "Slack against γ", alt: alt,
		caption: "Focal loss less each bound, at least over every p and every seed, divided by γ so that all γ fit into one picture. Below 0 the inequality fails; curves at 0 lie on each other.",
	})
}

// slackChart draws the least slacks of points against γ.
func slackChart(title string, points []point) figure.Chart {
	chart := figure.Chart{Title: title, X: "γ", Y: "least slack / γ (nats)", Levels: []figure.Level{
		{Name: "0", Colour: figure.Colour(baseline), Estimate: figure.Exactly(0)},
	}}
	for _, c := range []curve{
		{"CE - γ·H[q]", "bound_slack_least", "entropy_regularised", false}, {"sharper bound", "sharper_slack_least", "focal", false},
		{"Bernoulli's step", "bernoulli_slack_least", "label_smoothing", true},
	} {
		s := c.series()
		s.Marker = figure.MarkerOf(c.colour)
		for _, gamma := range distinct(points, gammaOf) {
			least, _ := extremes(selected(points, func(p point) bool { return p.gamma == gamma }), metricOf(c.metric))
			s.Points = append(s.Points, figure.Point{X: gamma, Estimate: figure.Exactly(least / gamma)})
		}
		chart.Series = append(chart.Series, s)
	}
	return chart
}

// nearestTruth returns the points at which the sharpness of q is closest to that of p, and one of them.
func nearestTruth(points []point) (members []point, one point) {
	one = lowest(points, func(p point) float64 { return math.Abs(p.sharpness - p.truth) })
	return selected(points, func(p point) bool { return p.sharpness == one.sharpness && p.truth == one.truth }), one
}

// lossesFigure draws the losses and the bounds against the sharpness of q, one chart for some values of γ.
func (w *writer) lossesFigure(points []point) error {
	setting := typical(points)
	points = setting.atEveryGamma(points)
	if len(distinct(points, sharpnessOf)) < curveValues {
		return nil
	}
	var charts []figure.Chart
	for _, gamma := range spread(distinct(points, gammaOf), lossCharts) {
		charts = append(charts, lossChart(gamma, selected(points, func(p point) bool { return p.gamma == gamma })))
	}
	alt := "Losses and bounds against the sharpness of q"
	d, err := figure.Charts(alt, charts, chartColumns)
	if err != nil {
		return err
	}
	return w.show("losses", d, shownFigure{
		heading: alt, alt: alt,
		caption: fmt.Sprintf("K = %d and ε = %s; q is p at s = %s. Means over seeds. What is greater than at twice that sharpness lies above the picture.",
			setting.classes, comparison.FormatSetting(setting.epsilon), comparison.FormatSetting(setting.truth)),
	})
}

// lossChart draws the losses of points of one γ.
func lossChart(gamma float64, points []point) figure.Chart {
	chart := figure.Chart{Title: "γ = " + comparison.FormatSetting(gamma), X: "s", Y: "loss (nats)"}
	low, high := math.Inf(1), math.Inf(-1)
	for _, c := range []curve{
		{"CE", "cross_entropy_true", "cross_entropy", false}, {"label smoothing", "label_smoothing", "label_smoothing", false},
		{"focal", "focal", "focal", false}, {"sharper bound", "sharper_bound", "focal", true},
		{"CE - γ·H[q]", "entropy_regularised", "entropy_regularised", false},
	} {
		s := c.series()
		for _, at := range distinct(points, sharpnessOf) {
			members := selected(points, func(p point) bool { return p.sharpness == at })
			mean := meanOf(members, c.metric)
			s.Points = append(s.Points, figure.Point{X: at, Estimate: figure.Exactly(mean)})
			if low = min(low, mean); at <= 2*members[0].truth {
				high = max(high, mean)
			}
		}
		chart.Series = append(chart.Series, s)
	}
	if !math.IsInf(high, 0) {
		chart.Low, chart.High = low, high
	}
	return chart
}

// lossCharts is how many values of γ have a chart of the losses.
const lossCharts = 4

// series returns the curve without points.
func (c curve) series() figure.Series {
	return figure.Series{Name: c.name, Colour: figure.Colour(c.colour), Dashed: c.dashed}
}
