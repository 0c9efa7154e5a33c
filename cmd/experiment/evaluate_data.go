package main

import (
	"encoding/json"
	"fmt"

	"experiment/internal/evaluation"
	"experiment/internal/run"
)

// object is a JSON object that is put together, its fields in order.
type object struct {
	columns []column
	values  []any
	err     error // the first of an object inside it
}

func (o *object) add(name string, value any) {
	o.columns, o.values = append(o.columns, column{name: name}), append(o.values, value)
}

func (o *object) nest(name string, inner object) {
	encoded, err := inner.encode()
	if o.err == nil {
		o.err = err
	}
	o.add(name, json.RawMessage(encoded))
}

func (o *object) encode() ([]byte, error) {
	if o.err != nil {
		return nil, o.err
	}
	t := table{columns: o.columns}
	names, err := t.encodedNames()
	if err != nil {
		return nil, err
	}
	return t.appendObject(nil, names, o.values)
}

// addMetrics adds metrics by name and, where there are any, their intervals.
func (o *object) addMetrics(metrics []evaluation.Metric) {
	var intervals object
	for _, m := range metrics {
		o.add(m.Name, m.Value)
		if m.Interval != nil {
			intervals.add(m.Name, [2]run.Number{run.Number(m.Interval.Lower), run.Number(m.Interval.Upper)})
		}
	}
	if len(intervals.columns) > 0 {
		o.nest("intervals", intervals)
	}
}

// addModel adds what was measured of a model.
func (o *object) addModel(m evaluation.Measured, losses []string) {
	o.addMetrics(m.Metrics)
	o.addLosses(losses, m.Losses)
	if m.Fitted == nil {
		return
	}
	o.add("fitted_on_measured", m.Fitted.OnMeasured)
	if m.Fitted.Weights != nil {
		o.add("weights", m.Fitted.Weights)
		o.add("biases", m.Fitted.Biases)
	} else {
		o.add("temperature_at_bound", m.Fitted.AtBound)
		o.add("temperature", m.Fitted.Temperature)
	}
	var scaled object
	scaled.addMetrics(m.Fitted.Metrics)
	o.nest("scaled", scaled)
}

// addLosses adds the means of losses, or their differences, where there are any.
func (o *object) addLosses(losses []string, values []float64) {
	if len(values) == 0 {
		return
	}
	var inner object
	for i, loss := range losses {
		inner.add(loss, values[i])
	}
	o.nest("losses", inner)
}

// addDifference adds how much a model differs from the first, in the shape of what was measured of a model.
func (o *object) addDifference(d evaluation.Difference, losses []string) {
	o.addMetrics(d.Metrics)
	o.addLosses(losses, d.Losses)
	if d.Fitted != nil {
		var scaled object
		scaled.addMetrics(d.Fitted)
		o.nest("scaled", scaled)
	}
}

// evaluationObject has the metrics of a single model by name, and those of named ones under "models", with
// their differences from the first, the "baseline".
func evaluationObject(result evaluation.Result) object {
	var o object
	o.add("n", result.N)
	o.add("classes", result.Classes)
	o.add("bins", result.Bins)
	if result.Method != "" {
		o.add("fit", string(result.Method))
	}
	if b := result.Bootstrap; b.Draws > 0 {
		var bootstrap object
		bootstrap.add("draws", b.Draws)
		bootstrap.add("seed", b.Seed)
		bootstrap.add("level", b.Level)
		o.nest("bootstrap", bootstrap)
	}
	if result.LossBatch > 0 {
		o.add("loss_batch", result.LossBatch)
	}
	if !isComparison(result) {
		o.addModel(result.Models[0], result.Losses)
		return o
	}
	o.add("baseline", result.Models[0].Name)
	var models, differences object
	for _, m := range result.Models {
		var each object
		each.addModel(m, result.Losses)
		models.nest(m.Name, each)
	}
	for _, d := range result.Differences {
		var each object
		each.addDifference(d, result.Losses)
		differences.nest(d.Name, each)
	}
	o.nest("models", models)
	o.nest("differences", differences)
	return o
}

// isComparison says whether models are told apart by names, which one model alone may have too.
func isComparison(result evaluation.Result) bool { return result.Models[0].Name != "" }

// writeEvaluation writes what was measured in the format that was asked for.
func (p *program) writeEvaluation(result evaluation.Result) error {
	switch p.format {
	case formatJSON, formatJSONL:
		o := evaluationObject(result)
		encoded, err := o.encode()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "%s\n", encoded)
		return err
	case formatCSV:
		if isComparison(result) {
			return p.write(longTable(result))
		}
		return p.write(modelTable(result))
	}
	if isComparison(result) || result.Bootstrap.Draws > 0 {
		return p.writeSections(result)
	}
	return p.write(modelTable(result))
}
