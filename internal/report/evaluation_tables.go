package report

import (
	"fmt"
	"strconv"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/evaluation"
)

// tables writes the metrics: of a single model as given and calibrated side by side, of several each in a
// table of its own, and the differences from the first.
func (w evaluationWriter) tables(b *strings.Builder) {
	given, fitted := make([]side, len(w.result.Models)), make([]side, len(w.result.Models))
	for i, m := range w.result.Models {
		given[i] = side{title: m.Name, metrics: m.Metrics}
		if m.Fitted != nil {
			fitted[i] = side{title: m.Name, metrics: m.Fitted.Metrics}
		}
	}
	b.WriteString("\n## Metrics\n\n")
	switch {
	case w.single() && w.fitted():
		given[0].title, fitted[0].title = "As given", w.afterwards()
		b.WriteString(metricTable(append(given, fitted...)))
	case w.single():
		given[0].title = "Value"
		b.WriteString(metricTable(given))
	case w.fitted():
		b.WriteString("**As given**\n\n" + metricTable(given) + "\n**" + w.afterwards() + "**\n\n" + metricTable(fitted))
	default:
		b.WriteString(metricTable(given))
	}
	paragraph(b, w.intervalNote())
	w.differences(b)
}

// differences writes how the models differ from the first.
func (w evaluationWriter) differences(b *strings.Builder) {
	if len(w.result.Differences) == 0 {
		return
	}
	first := escape(w.result.Models[0].Name)
	b.WriteString("\n## Differences from " + first + "\n\n")
	var given, fitted []side
	for _, d := range w.result.Differences {
		given, fitted = append(given, side{d.Name, d.Metrics}), append(fitted, side{d.Name, d.Fitted})
	}
	if !w.fitted() {
		b.WriteString(metricTable(given))
	} else {
		b.WriteString("**As given**\n\n" + metricTable(given) + "\n**" + w.afterwards() + "**\n\n" + metricTable(fitted))
	}
	paragraph(b, "Each model's value less that of "+first+" on the same examples.")
}

// side is a column of a table of metrics.
type side struct {
	title   string
	metrics []evaluation.Metric
}

// metricTable has a row for each metric.
func metricTable(sides []side) string {
	header, right := []string{"Metric"}, []bool{false}
	for _, s := range sides {
		header, right = append(header, escape(s.title)), append(right, true)
	}
	var rows [][]string
	for i, m := range sides[0].metrics {
		c := measureNamed(m.Name).Column
		row := []string{escape(c.Header)}
		for _, s := range sides {
			row = append(row, metricCell(c, s.metrics[i]))
		}
		rows = append(rows, row)
	}
	return pipeTable(header, right, rows)
}

// metricCell writes a value and its interval in the same unit and digits.
func metricCell(c comparison.Column, m evaluation.Metric) string {
	text := c.Format(m.Value, c.Digits)
	if interval := intervalText(c, m); interval != "" {
		text += " \\" + interval[:len(interval)-1] + "\\]"
	}
	return text
}

// intervalText writes an interval as [lower, upper], and nothing where there is none.
func intervalText(c comparison.Column, m evaluation.Metric) string {
	if m.Interval == nil || !isFinite(m.Interval.Lower) || !isFinite(m.Interval.Upper) {
		return ""
	}
	return "[" + c.Format(m.Interval.Lower, c.Digits) + ", " + c.Format(m.Interval.Upper, c.Digits) + "]"
}

func (w evaluationWriter) intervalNote() string {
	s := w.result.Bootstrap
	if s.Draws == 0 {
		return ""
	}
	text := fmt.Sprintf("In brackets are confidence intervals at level %s of what a metric would be on infinitely many examples like these, by %s (seed %d)",
		strconv.FormatFloat(s.Level, 'g', -1, 64), plural(s.Draws, "bootstrap draw"), s.Seed)
	if len(w.result.Models) > 1 {
		text += " that all models share"
	}
	text += ". Calibration errors are biased upwards, which their intervals allow for: one may lie below the number itself, and one that starts at 0 says that the model may be calibrated."
	if w.fitted() {
		text += " What was fitted is not fitted anew in the draws."
	}
	return text
}

// calibrations writes what was fitted.
func (w evaluationWriter) calibrations(b *strings.Builder) {
	if !w.fitted() {
		return
	}
	b.WriteString("\n## What was fitted\n")
	if w.result.Method == evaluation.Vector {
		for _, m := range w.result.Models {
			w.vector(b, m)
		}
		return
	}
	var rows [][]string
	bounds := 0
	for _, m := range w.result.Models {
		if m.Fitted.AtBound {
			bounds++
		}
		rows = append(rows, []string{escape(m.Name), strconv.FormatFloat(m.Fitted.Temperature, 'f', 3, 64)})
	}
	if w.single() {
		paragraph(b, "The temperature is "+rows[0][1]+"; above 1 it makes the model less confident.")
	} else {
		b.WriteByte('\n')
		b.WriteString(pipeTable([]string{"Model", "Temperature"}, []bool{false, true}, rows))
		paragraph(b, "A temperature above 1 makes a model less confident.")
	}
	if bounds > 0 {
		paragraph(b, fmt.Sprintf("**The temperature of %s lies at a bound of its search**: the examples it was fitted on do not determine it.", plural(bounds, "model")))
	}
}

func (w evaluationWriter) vector(b *strings.Builder, m evaluation.Measured) {
	if m.Name != "" {
		paragraph(b, "**"+escape(m.Name)+"**")
	}
	var rows [][]string
	for k, weight := range m.Fitted.Weights {
		rows = append(rows, []string{strconv.Itoa(k), strconv.FormatFloat(weight, 'f', 4, 64), comparison.Column{}.Format(m.Fitted.Biases[k], 4)})
	}
	b.WriteByte('\n')
	b.WriteString(pipeTable([]string{"Class", "Weight", "Bias"}, []bool{true, true, true}, rows))
}

// losses writes the means of training losses.
func (w evaluationWriter) losses(b *strings.Builder) {
	if len(w.result.Losses) == 0 {
		return
	}
	header, right := []string{"Loss"}, []bool{false}
	for _, m := range w.result.Models {
		title := escape(m.Name)
		if w.single() {
			title = "Mean"
		}
		header, right = append(header, title), append(right, true)
	}
	number := comparison.Column{Digits: 6}
	var rows [][]string
	for i, loss := range w.result.Losses {
		row := []string{escape(loss)}
		for _, m := range w.result.Models {
			row = append(row, number.Format(m.Losses[i], number.Digits))
		}
		rows = append(rows, row)
	}
	b.WriteString("\n## Training losses\n\n")
	b.WriteString(pipeTable(header, right, rows))
	note := "Means over the examples of the predictions as given."
	if w.result.LossBatch > 0 {
		note += fmt.Sprintf(" A loss that is a value of a batch was computed of %d examples at a time, in the order given, and weighted by size.", w.result.LossBatch)
	}
	paragraph(b, note)
}
