package main

import (
	"fmt"
	"math"
	"strconv"

	"experiment/internal/evaluation"
)

// metricLine is a row of what was measured: a value as given and, where something was fitted, after it.
type metricLine struct {
	name           string
	value          any
	interval       *evaluation.Interval
	scaled         any
	scaledInterval *evaluation.Interval
}

// factLines are what holds for the evaluation as a whole.
func factLines(result evaluation.Result) []metricLine {
	lines := []metricLine{{name: "n", value: result.N}, {name: "classes", value: result.Classes}, {name: "bins", value: result.Bins}}
	if result.Bootstrap.Draws > 0 {
		lines = append(lines, metricLine{name: "bootstrap", value: result.Bootstrap.Draws}, metricLine{name: "bootstrap_seed", value: result.Bootstrap.Seed},
			metricLine{name: "bootstrap_level", value: result.Bootstrap.Level})
	}
	if result.LossBatch > 0 {
		lines = append(lines, metricLine{name: "loss_batch", value: result.LossBatch})
	}
	if result.Method != "" {
		lines = append(lines, metricLine{name: "fit", value: string(result.Method)})
	}
	return lines
}

// modelLines are what was measured of a model.
func modelLines(m evaluation.Measured, losses []string) []metricLine {
	var lines []metricLine
	for i, metric := range m.Metrics {
		l := metricLine{name: metric.Name, value: metric.Value, interval: metric.Interval}
		if m.Fitted != nil {
			l.scaled, l.scaledInterval = m.Fitted.Metrics[i].Value, m.Fitted.Metrics[i].Interval
		}
		lines = append(lines, l)
	}
	for i, loss := range losses {
		lines = append(lines, metricLine{name: "loss " + loss, value: m.Losses[i]})
	}
	if m.Fitted == nil {
		return lines
	}
	if m.Fitted.Weights == nil {
		lines = append(lines, metricLine{name: "temperature", scaled: m.Fitted.Temperature})
		if m.Fitted.AtBound {
			lines = append(lines, metricLine{name: "temperature_at_bound", scaled: true})
		}
	}
	for k, w := range m.Fitted.Weights {
		lines = append(lines, metricLine{name: fmt.Sprintf("weight of class %d", k), scaled: w})
	}
	for k, b := range m.Fitted.Biases {
		lines = append(lines, metricLine{name: fmt.Sprintf("bias of class %d", k), scaled: b})
	}
	return lines
}

// modelTable has a row for each metric of the only model. Intervals are columns of their own.
func modelTable(result evaluation.Result) table {
	t := table{columns: []column{
		{name: "metric"}, {name: "value", right: true}, {name: "scaled", title: afterwards(result.Method), right: true, optional: true},
	}}
	hasIntervals := result.Bootstrap.Draws > 0
	if hasIntervals {
		for _, name := range []string{"lower", "upper", "scaled_lower", "scaled_upper"} {
			t.columns = append(t.columns, column{name: name})
		}
	}
	var rows [][]any
	for _, l := range append(factLines(result), modelLines(result.Models[0], result.Losses)...) {
		row := []any{l.name, l.value, l.scaled}
		if hasIntervals {
			row = append(append(row, ends(l.interval)...), ends(l.scaledInterval)...)
		}
		rows = append(rows, row)
	}
	t.rows = rowsOf(rows)
	return t
}

// afterwards is the title of what was measured after a calibration.
func afterwards(method evaluation.Method) string {
	if method == evaluation.Vector {
		return "after vector scaling"
	}
	return "after temperature"
}

// bracket writes an interval as [lower, upper], in four digits.
func bracket(i *evaluation.Interval) string {
	if i == nil || math.IsNaN(i.Lower) || math.IsNaN(i.Upper) {
		return ""
	}
	return fmt.Sprintf("[%s, %s]", strconv.FormatFloat(i.Lower, 'g', 4, 64), strconv.FormatFloat(i.Upper, 'g', 4, 64))
}

// ends returns the ends of an interval as two fields.
func ends(i *evaluation.Interval) []any {
	if i == nil {
		return []any{nil, nil}
	}
	return []any{i.Lower, i.Upper}
}
