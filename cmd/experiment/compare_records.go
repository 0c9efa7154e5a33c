package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/run"
	"experiment/internal/store"
)

// compare groups the runs, tests them and prints the tables.
func (p *program) compare(ctx context.Context, r *store.Reader, request compareRequest) error {
	records, err := p.compareRecords(ctx, r, request)
	if err != nil {
		return err
	}
	tables, err := request.tables(records)
	if err != nil {
		return err
	}
	if err := p.writeCompared(request, tables); err != nil {
		return err
	}
	if len(tables) == 0 {
		p.nothingCompared(request, records)
	}
	return nil
}

// compareRecords returns the records of the sweeps, or of all runs, that meet the conditions.
func (p *program) compareRecords(ctx context.Context, r *store.Reader, request compareRequest) ([]run.Record, error) {
	measures := request.measures()
	if len(request.sweeps) == 0 {
		return r.Measured(ctx, store.Filter{Where: request.where}, measures)
	}
	var all []run.Record
	for _, word := range request.sweeps {
		var records []run.Record
		var err error
		if namesFile(word) {
			records, err = p.fileRecords(ctx, r, word, request.where, measures)
		} else {
			records, err = r.Measured(ctx, store.Filter{Sweep: word, Where: request.where}, measures)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
	}
	return all, nil
}

// fileRecords returns the recorded runs of a sweep file that meet conditions, in its order.
func (p *program) fileRecords(ctx context.Context, r *store.Reader, path string, where []store.Condition, measures store.Measures) ([]run.Record, error) {
	s, err := p.loadSweep(path, nil)
	if err != nil {
		return nil, err
	}
	keys := keysOf(s.Runs)
	records, err := r.Measured(ctx, store.Filter{Keys: keys, Where: where}, measures)
	if err != nil {
		return nil, err
	}
	return inOrder(records, keys), nil
}

// measures are the metrics that the columns read.
func (request compareRequest) measures() store.Measures {
	m := store.Measures{Split: request.split, Calibration: request.calibration}
	for _, c := range request.columns {
		for _, name := range c.Reads() {
			if !slices.Contains(m.Names, name) {
				m.Names = append(m.Names, name)
			}
		}
	}
	return m
}

// tables lays out the runs in which a metric was measured and, where there is a baseline, sets the rows against it.
func (request compareRequest) tables(records []run.Record) ([]comparison.Table, error) {
	groups := comparison.GroupRecords(records)
	if len(request.groupBy) > 0 {
		var err error
		if groups, err = comparison.GroupBy(records, request.groupBy); err != nil {
			return nil, err
		}
	}
	read := comparison.Of(request.split)
	groups = comparison.Having(groups, request.columns, read)
	tables := comparison.Tables(comparison.NewLayout(groups), groups, request.columns, read)
	if request.baseline == "" || len(tables) == 0 {
		return tables, nil
	}
	baselines, err := comparison.FindBaseline(tables, request.baseline)
	if err != nil {
		return nil, err
	}
	comparison.SetAgainst(tables, baselines, request.level)
	return tables, nil
}

// nothingCompared says why there is no table.
func (p *program) nothingCompared(request compareRequest, records []run.Record) {
	finished := 0
	for _, r := range records {
		if r.Status == run.Finished {
			finished++
		}
	}
	switch {
	case len(records) == 0:
		p.note("no run matches; experiment ls lists what %s holds", p.database)
	case finished == 0:
		p.note("nothing to compare: none of %s is finished", plural(len(records), "run", "runs"))
	default:
		p.note("nothing to compare: no finished run has the metric on the %s split; experiment show RUN lists those it has", request.split)
	}
}

// classifyComparison knows what cannot be compared.
func classifyComparison(err error) *failure {
	var baseline *comparison.BaselineError
	var field *comparison.FieldError
	switch {
	case errors.As(err, &baseline) && len(baseline.Found) > 1:
		return &failure{status: statusUsage, cause: err, hint: "name one of them whole, or give a condition that only one meets"}
	case errors.As(err, &baseline):
		return &failure{status: statusUsage, cause: err, hint: baselineHint(baseline)}
	case errors.As(err, &field) && field.Known != nil:
		return &failure{status: statusUsage, cause: err, hint: suggestion(field.Field, field.Known, listed("fields", field.Known))}
	case errors.As(err, &field):
		return &failure{status: statusUsage, cause: err, hint: helpHint("compare")}
	}
	return nil
}

// baselineHint asks whether the nearest row was meant, and lists them.
func baselineHint(err *comparison.BaselineError) string {
	const most = 20
	names, more := err.Known, ""
	nearest := suggestion(comparison.PlainLabel(err.Baseline), plainLabels(names), "")
	if nearest != "" {
		nearest += "\n"
	}
	if len(names) > most {
		names, more = names[:most], fmt.Sprintf("; and %d more", len(names)-most)
	}
	return nearest + "rows: " + strings.Join(names, "; ") + more
}

func plainLabels(names []string) []string {
	plain := make([]string, len(names))
	for i, name := range names {
		plain[i] = comparison.PlainLabel(name)
	}
	return plain
}
