package main

import (
	"encoding/json"
	"math"

	"experiment/internal/comparison"
)

// comparedRecords has one record for each row and metric of tables, with all digits.
func comparedRecords(request compareRequest, tables []comparison.Table) table {
	t := table{columns: recordColumns(tables)}
	ranks := ranksByMetric(comparison.Rankings(tables))
	var rows [][]any
	for _, column := range request.columns {
		for _, compared := range tables {
			k := compared.Column(column.Name)
			if k < 0 {
				continue
			}
			for i := range compared.Rows {
				rows = append(rows, append(recordOf(request, compared, i, k), ranks[column.Name].of(compared.Name(i))...))
			}
		}
	}
	t.rows = rowsOf(rows)
	return t
}

// recordColumns names the fields of a record: what sets the table apart, the row, and its numbers.
func recordColumns(tables []comparison.Table) []column {
	var names []string
	if len(tables) > 0 {
		for _, s := range tables[0].Settings {
			names = append(names, s.Path)
		}
	}
	names = append(names, "label")
	if len(tables) > 0 {
		names = append(names, tables[0].Axes...)
	}
	names = append(names, "metric", "split", "calibration", "level", "runs", "planned", "n", "mean", "sd", "low", "high", "bootstrap_low", "bootstrap_high", "best",
		"baseline", "difference", "difference_low", "difference_high", "t", "df", "p", "p_holm", "sign_flip_p", "sign_flip_least_p", "effect_size", "seeds",
		"warnings", "average_rank", "friedman_blocks", "friedman_statistic", "friedman_p")
	columns := make([]column, len(names))
	for i, name := range names {
		columns[i] = column{name: name}
	}
	return columns
}

func recordOf(request compareRequest, t comparison.Table, i, k int) []any {
	row, c := t.Rows[i], t.Columns[k]
	cell := row.Cells[k]
	var record []any
	for _, s := range t.Settings {
		record = append(record, s.Value)
	}
	record = append(record, row.Label)
	for _, v := range row.Values {
		record = append(record, v)
	}
	student, bootstrap := cell.Interval(request.level), cell.Bootstrap(request.level)
	record = append(record, c.Metric, string(request.split), string(c.Calibration), request.level, row.N, row.Planned, cell.N, cell.Mean, cell.SD,
		student.Low, student.High, bootstrap.Low, bootstrap.High, cell.Best)
	record = append(record, differenceFields(t, i, k)...)
	var texts []string
	for _, w := range append(t.Warnings(k), t.DifferenceWarnings(k)...) {
		if w.Row == i || w.Row < 0 {
			texts = append(texts, w.String())
		}
	}
	return append(record, jsonArray(texts))
}

// differenceFields are the numbers of a row against the baseline, undefined for the baseline itself and where there is none.
func differenceFields(t comparison.Table, i, k int) []any {
	if t.Against == nil || i == t.Against.Baseline {
		undefined := math.NaN()
		fields := []any{nil, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, jsonArray([]int64(nil))}
		if t.Against != nil {
			fields[0] = t.Name(t.Against.Baseline)
		}
		return fields
	}
	d := t.Against.Differences[i][k]
	return []any{t.Name(t.Against.Baseline), d.Difference, d.Interval.Low, d.Interval.High, d.T, d.DF, d.P, d.Holm, d.SignFlip, d.LeastSignFlip, d.Effect, jsonArray(d.Seeds)}
}

// jsonArray writes values as a JSON array, which every format shows as it is.
func jsonArray[T any](values []T) json.RawMessage {
	if len(values) == 0 {
		return json.RawMessage("[]")
	}
	text, err := marshal(values)
	if err != nil {
		panic("main: encoding a list: " + err.Error())
	}
	return text
}

// rankOf is what the Friedman test says of the rows of one metric.
type rankOf struct {
	ranks        map[string]float64
	blocks       int
	statistic, p float64
}

func ranksByMetric(rankings []comparison.Ranking) map[string]rankOf {
	byMetric := map[string]rankOf{}
	for _, r := range rankings {
		byMetric[r.Column.Name] = rankOf{r.ByName(), r.Friedman.Blocks, r.Statistic, r.P}
	}
	return byMetric
}

// of returns the fields of a row; nothing where it was not ranked.
func (r rankOf) of(name string) []any {
	rank, ok := r.ranks[name]
	if !ok {
		return []any{nil, nil, nil, nil}
	}
	return []any{rank, r.blocks, r.statistic, r.p}
}
