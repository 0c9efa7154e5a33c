package report

import (
	"fmt"

	"experiment/internal/stats"
)

// theorySummary says what the numbers show, and no more than that.
func theorySummary(points []point) []string {
	_, kl := extremes(points, point.divergenceError)
	_, smoothing := extremes(points, point.smoothingError)
	return []string{
		held(points, "The bound, focal loss ≥ CE - γ·H[q],", "bound_slack_least"),
		held(points, "The sharper bound, focal loss ≥ CE - γ·Σ p·ln q·ln(1-q),", "sharper_slack_least") + " " + taken(points),
		bernoulli(points),
		fmt.Sprintf("Label smoothing is the sum of its two parts to within %s, and KL(p‖q) is CE(p‖q) - H[p] to within %s.", formatShort(smoothing), formatShort(kl)),
	}
}

// held says of an inequality in how many runs it holds, and where it is closest to failing, or fails most.
func held(points []point, what, metric string) string {
	failed := selected(points, func(p point) bool { return !(p.value(metric) >= 0) })
	least := lowest(points, metricOf(metric))
	of := allOf(len(points))
	if len(failed) == 0 {
		return fmt.Sprintf("%s holds in %s for every p: its least slack is %s (%s).", what, of, formatShort(least.value(metric)), escape(least.name()))
	}
	if len(failed) < len(points) {
		of = thousands(len(failed)) + " of " + plural(len(points), "run")
	}
	return fmt.Sprintf("%s fails in %s, by up to %s (%s).", what, of, formatShort(-least.value(metric)), escape(least.name()))
}

// name names a point with its seed.
func (p point) name() string { return fmt.Sprintf("%s, seed %d", p.Label, p.Config.Seed()) }

func allOf(n int) string {
	if n == 1 {
		return "the one run"
	}
	return "all " + thousands(n) + " runs"
}

// taken says how much of the slack of the bound the sharper one takes away, at the p of the runs.
func taken(points []point) string {
	shares := summaryOf(selected(points, func(p point) bool { return p.value("bound_slack") > 0 }), func(p point) float64 {
		return p.value("sharper_slack") / p.value("bound_slack")
	})
	if shares.N == 0 {
		return ""
	}
	return fmt.Sprintf("At the p of the runs its slack is %s to %s times that of the bound, %s on average.",
		formatShort(shares.Min), formatShort(shares.Max), formatShort(shares.Mean))
}

// bernoulli says where Bernoulli's step alone holds, γ by γ.
func bernoulli(points []point) string {
	const metric = "bernoulli_slack_least"
	below := selected(points, func(p point) bool { return p.gamma > 0 && p.gamma < 1 })
	rest := selected(points, func(p point) bool { return p.gamma == 0 || p.gamma >= 1 })
	text := ""
	if len(rest) > 0 {
		text = held(rest, "Bernoulli's step alone, (1-q)^γ ≥ 1 - γ·q,", metric)
	}
	if len(below) > 0 {
		if text != "" {
			text += " "
		}
		text += held(below, "For γ between 0 and 1 it", metric)
		text += " The least slack of the whole bound is " + formatRange(extremes(below, metricOf("bound_slack_least"))) + " in the same runs."
	}
	return text
}

// summaryOf describes a number over points.
func summaryOf(points []point, of func(point) float64) stats.Summary {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = of(p)
	}
	return stats.Summarise(values)
}
