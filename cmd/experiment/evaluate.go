package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"experiment/internal/predictions"
	"experiment/internal/run"
	"experiment/pipelines/calibration"
)

func (p *program) evaluateCommand() *cli.Command {
	return &cli.Command{
		Name:  "evaluate",
		Usage: "every metric for predictions made anywhere, by any tool",
		Description: `Measures the logits (or probabilities) of a classifier against labels. Files are
NumPy's .npy or .csv: a row for each example, a column for each class; labels
are one whole number a row, counted from 0. Nothing is recorded.

With --fit-logits and --fit-labels, of other examples, a temperature is fitted
that minimises their NLL, and the metrics after it are given too.

Examples:
  experiment evaluate --logits Z.npy --labels Y.npy
  experiment evaluate --logits test.npy --labels test-labels.npy
      --fit-logits validation.npy --fit-labels validation-labels.npy
  experiment evaluate --probabilities P.csv --labels Y.csv --format json`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "logits", Usage: "`FILE` of logits [N, C]"},
			&cli.StringFlag{Name: "probabilities", Usage: "`FILE` of probabilities [N, C], in place of --logits"},
			&cli.StringFlag{Name: "labels", Usage: "`FILE` of labels [N]"},
			&cli.StringFlag{Name: "fit-logits", Usage: "`FILE` of the logits that a temperature is fitted on"},
			&cli.StringFlag{Name: "fit-labels", Usage: "`FILE` of their labels"},
			&cli.IntFlag{Name: "bins", Usage: "`N` bins of confidence", Value: calibration.DefaultBins},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			evaluation, err := evaluate(c)
			if err != nil {
				return err
			}
			if p.format == formatJSON || p.format == formatJSONL {
				return p.writeEvaluation(evaluation)
			}
			return p.write(evaluation.table())
		},
	}
}

// evaluation is what evaluate measures.
type evaluation struct {
	examples, classes, bins int
	metrics                 []calibration.Metric
	temperature             float64              // 0 where none was fitted
	scaled                  []calibration.Metric // after it
}

func evaluate(c *cli.Context) (evaluation, error) {
	if err := checkEvaluateFlags(c); err != nil {
		return evaluation{}, usageFailure(err, helpHint("evaluate"))
	}
	measured, err := readPredictions(c.String("logits"), c.String("probabilities"), c.String("labels"))
	if err != nil {
		return evaluation{}, usageFailure(err, "")
	}
	e := evaluation{examples: measured.Len(), classes: measured.Classes(), bins: c.Int("bins")}
	if e.metrics, err = measured.Metrics(e.bins); err != nil {
		return evaluation{}, usageFailure(err, "")
	}
	if !c.IsSet("fit-logits") {
		return e, nil
	}
	fitted, err := readPredictions(c.String("fit-logits"), "", c.String("fit-labels"))
	if err != nil {
		return evaluation{}, usageFailure(err, "")
	}
	if fitted.Classes() != measured.Classes() {
		return evaluation{}, usageFailure(fmt.Errorf("fitting the temperature: %s has %d classes, and %s has %d",
			c.String("fit-logits"), fitted.Classes(), c.String("logits"), measured.Classes()), "")
	}
	fit, err := fitted.FitTemperature()
	if err != nil {
		return evaluation{}, usageFailure(fmt.Errorf("fitting the temperature: %w", err), "")
	}
	scaled, err := measured.Scale(fit.Temperature)
	if err != nil {
		return evaluation{}, usageFailure(fmt.Errorf("scaling by the temperature %v: %w", fit.Temperature, err), "")
	}
	e.temperature = fit.Temperature
	e.scaled, err = scaled.Metrics(e.bins)
	return e, err
}

func checkEvaluateFlags(c *cli.Context) error {
	switch {
	case c.IsSet("logits") == c.IsSet("probabilities"):
		return errors.New("evaluate needs either --logits or --probabilities")
	case !c.IsSet("labels"):
		return errors.New("evaluate needs --labels")
	case c.IsSet("fit-logits") != c.IsSet("fit-labels"):
		return errors.New("--fit-logits and --fit-labels go together")
	case c.IsSet("fit-logits") && !c.IsSet("logits"):
		return errors.New("a temperature divides logits: --fit-logits goes with --logits")
	}
	return nil
}

// readPredictions reads logits, or probabilities where there is no file of logits, and their labels.
func readPredictions(logits, probabilities, labels string) (*calibration.Predictions, error) {
	open, name := predictions.OpenLogits, logits
	if logits == "" {
		open, name = predictions.OpenProbabilities, probabilities
	}
	matrix, err := open(name)
	if err != nil {
		return nil, err
	}
	classes, err := readClasses(labels, matrix.Rows, matrix.Columns)
	values := make([]float64, matrix.Rows*matrix.Columns)
	for i, row := 0, values; err == nil && i < matrix.Rows; i, row = i+1, row[matrix.Columns:] {
		matrix.Row(i, row[:matrix.Columns])
	}
	if err = errors.Join(err, matrix.Close()); err != nil {
		return nil, err
	}
	if logits == "" {
		return calibration.FromProbabilities(values, classes, matrix.Columns)
	}
	return calibration.FromLogits(values, classes, matrix.Columns)
}

func readClasses(name string, rows, classes int) ([]int, error) {
	labels, err := predictions.OpenLabels(name, rows, classes)
	if err != nil {
		return nil, err
	}
	if labels.Soft != nil {
		return nil, errors.Join(fmt.Errorf("reading %s: %d columns, and labels are one class for each row", name, classes), labels.Close())
	}
	return labels.Classes, nil
}

// table has a row for each metric.
func (e evaluation) table() table {
	rows := [][]any{{"n", e.examples, nil}, {"classes", e.classes, nil}, {"bins", e.bins, nil}}
	for i, m := range e.metrics {
		row := []any{m.Name, m.Value, nil}
		if e.scaled != nil {
			row[2] = e.scaled[i].Value
		}
		rows = append(rows, row)
	}
	if e.temperature > 0 {
		rows = append(rows, []any{"temperature", nil, e.temperature})
	}
	return table{
		columns: []column{{name: "metric"}, {name: "value", right: true}, {name: "scaled", title: "after temperature", right: true, optional: true}},
		rows:    rowsOf(rows),
	}
}

// writeEvaluation writes one object: the counts and metrics by name and, where a temperature was fitted,
// it and the metrics after it under "scaled".
func (p *program) writeEvaluation(e evaluation) error {
	columns := []column{{name: "n"}, {name: "classes"}, {name: "bins"}}
	row := []any{e.examples, e.classes, e.bins}
	metrics, values := metricFields(e.metrics)
	columns, row = append(columns, metrics...), append(row, values...)
	if e.temperature > 0 {
		scaled, err := objectOf(metricFields(e.scaled))
		if err != nil {
			return err
		}
		columns = append(columns, column{name: "temperature"}, column{name: "scaled"})
		row = append(row, e.temperature, json.RawMessage(scaled))
	}
	return writeJSONLines(p.out, table{columns: columns, rows: rowsOf([][]any{row})})
}

func metricFields(metrics []calibration.Metric) ([]column, []any) {
	columns, values := make([]column, len(metrics)), make([]any, len(metrics))
	for i, m := range metrics {
		columns[i], values[i] = column{name: m.Name}, run.Number(m.Value)
	}
	return columns, values
}
