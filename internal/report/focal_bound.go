package report

import (
	"slices"
	"strconv"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
)

// boundColumns are the two sides of the bound on the focal loss, on the validation split after the last epoch.
func boundColumns() []comparison.Column {
	return []comparison.Column{
		comparison.Decimal("nll", "CE", "nll", plain, comparison.Neither, 4),
		comparison.Decimal("mean_entropy", "H[q]", "mean_entropy", plain, comparison.Neither, 4),
		comparison.Decimal(boundColumn, "CE - γ·H[q]", "", plain, comparison.Neither, 4),
		comparison.Decimal("focal_loss", "Focal loss", "focal_loss", plain, comparison.Neither, 4),
		comparison.Decimal("focal_bound_slack", "Slack", "focal_bound_slack", plain, comparison.Neither, 4),
	}
}

// boundColumn names the column of what bounds the focal loss from below, which is not recorded.
const boundColumn = "focal_bound"

// ofLastEpoch reads a column from what the last epoch measured on validation.
func ofLastEpoch(c comparison.Column, r *run.Record) (float64, bool) {
	gamma, ok := lastEpoch(r, "focal_gamma")
	if !ok {
		return 0, false
	}
	if c.Name == boundColumn {
		nll, known := lastEpoch(r, "nll")
		entropy, knownToo := lastEpoch(r, "mean_entropy")
		return nll - gamma*entropy, known && knownToo
	}
	return lastEpoch(r, c.Metric)
}

// lastEpoch returns a metric of the validation split after the last epoch, and whether there is one.
func lastEpoch(r *run.Record, name string) (float64, bool) {
	if len(r.Attempt.History) == 0 {
		return 0, false
	}
	metrics := r.Attempt.History[len(r.Attempt.History)-1].Metrics
	i := slices.IndexFunc(metrics, func(m run.EpochMetric) bool { return m.Split == run.Validation && m.Name == name })
	if i < 0 {
		return 0, false
	}
	return float64(metrics[i].Value), true
}

// measuredGamma returns the γ at which a group measures the bound, and whether it does.
func measuredGamma(g *comparison.Group) (float64, bool) {
	for _, r := range g.Records {
		if gamma, ok := lastEpoch(r, "focal_gamma"); ok {
			return gamma, true
		}
	}
	return 0, false
}

// focalBound draws the slack of the bound on the focal loss over epochs, one chart for each loss, below a table of both
// sides at the end.
func (w *writer) focalBound() error {
	sections, more := first(w.sections)
	for _, s := range sections {
		charts := w.slackCharts(s.Groups)
		if len(charts) == 0 {
			continue
		}
		alt := altOf("Slack of the bound on the focal loss by epoch", s)
		d, err := figure.Charts(alt, charts, chartColumns)
		if err != nil {
			return err
		}
		apart := strings.TrimSpace(heading(s.Settings) + "\n\n" + gridOf(w.boundTable(s)).markdown())
		err = w.show(fileName(comparison.Title(s.Settings), "bound"), d, shownFigure{
			heading: "The focal loss and its bound", alt: alt, apart: apart,
			caption: "For every γ ≥ 0 the focal loss is at least CE - γ·H[q], so training on it presses the entropy-regularised cross-entropy down from above. " +
				"The slack is the distance between the two at the γ in the table: that of the loss where it trains on one of them, else the usual 3. " +
				"Validation split, in nats, before temperature scaling; the table after the last epoch, mean ± standard deviation over seeds; " +
				"the curves after each epoch with a band of one standard deviation, every chart with its own vertical range. The first tenth of the epochs may lie above." + crowdNote(mostOfALoss(s.Groups)) + more,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// boundTable compares both sides of the bound after the last epoch, with γ as a column of words.
func (w *writer) boundTable(s comparison.Section) comparison.Table {
	t := comparison.NewTable(w.layout, s, boundColumns(), ofLastEpoch)
	t.Axes = append(slices.Clone(t.Axes), "γ")
	for i, g := range s.Groups {
		text := "–"
		if gamma, ok := measuredGamma(g); ok {
			text = strconv.FormatFloat(gamma, 'g', -1, 64)
		}
		t.Rows[i].Values = append(t.Rows[i].Values, text)
	}
	return t
}

// slackCharts returns a chart for each loss that measured the bound.
func (w *writer) slackCharts(groups []*comparison.Group) []figure.Chart {
	const name = "focal_bound_slack"
	var charts []figure.Chart
	for _, loss := range lossesOf(groups) {
		members := spread(ofLoss(groups, loss), curvesShown)
		_, high := epochRange(members, name, 1)
		chart := figure.Chart{Title: loss, X: "epoch", Y: "slack (nats)", High: high, FromZero: true}
		for i, g := range members {
			points := epochPoints(g, name, 1)
			gamma, ok := measuredGamma(g)
			if !ok || len(points) < 2 {
				continue
			}
			series := figure.Series{Name: nameWithin(w.layout, g), Colour: tone(loss, i, len(members)), Points: points}
			if own, _ := g.Number("loss.gamma"); own != gamma {
				series.Name += ", at γ=" + strconv.FormatFloat(gamma, 'g', -1, 64)
			}
			chart.Series = append(chart.Series, series)
		}
		if len(chart.Series) > 0 {
			charts = append(charts, chart)
		}
	}
	return charts
}
