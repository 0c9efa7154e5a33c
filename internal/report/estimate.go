package report

import (
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
	"experiment/internal/stats"
)

// intervalNote says in captions what the intervals are.
const intervalNote = "Student's 95 % intervals of the mean over seeds, cut off where they would leave the picture"

// samplesOf returns what the seeds of a group gave, in the unit of the axis.
func samplesOf(g *comparison.Group, c comparison.Column, calibration run.Calibration) []float64 {
	samples := g.Values(run.Test, calibration, c.Metric)
	if c.Percent {
		for i := range samples {
			samples[i] *= 100
		}
	}
	return samples
}

// estimateOf returns the mean of samples with its interval, which a single one has not.
func estimateOf(samples []float64) figure.Estimate {
	interval := stats.Student(samples, testLevel)
	return figure.Estimate{Mean: stats.Summarise(samples).Mean, Low: interval.Low, High: interval.High}
}

// spreadOf returns the mean of samples with one standard deviation on either side.
func spreadOf(samples []float64) figure.Estimate {
	s := stats.Summarise(samples)
	return figure.Estimate{Mean: s.Mean, Low: s.Mean - s.SD, High: s.Mean + s.SD}
}

// axisOf names a metric as the axis of a chart does.
func axisOf(c comparison.Column) string {
	name := strings.ToUpper(c.Metric)
	if c.Metric == "accuracy" {
		name = c.Metric
	}
	if c.Percent {
		return name + " (%)"
	}
	return name + " (nats)"
}

// when says whether a figure shows what was measured before or after temperature scaling.
func when(calibration run.Calibration) string {
	if calibration == scaled {
		return "after temperature scaling"
	}
	return "before temperature scaling"
}

// altOf describes a figure of a section for those who cannot see it.
func altOf(what string, s comparison.Section) string {
	if t := comparison.Title(s.Settings); t != "" {
		return what + ", " + t
	}
	return what
}
