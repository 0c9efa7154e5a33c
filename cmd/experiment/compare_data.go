package main

import (
	"encoding/json"
	"slices"

	"experiment/internal/comparison"
)

// comparedRecords has one record for each row and metric of tables, with all digits.
func comparedRecords(request compareRequest, tables []comparison.Table) (table, error) {
	ranks := ranksByMetric(comparison.Rankings(tables))
	var rows [][]any
	for _, column := range request.columns {
		for _, t := range tables {
			k := t.Column(column.Name)
			if k < 0 {
				continue
			}
			warnings := warningsByRow(t, k)
			for i, bootstrap := range t.Bootstraps(k, request.level) {
				lists, err := jsonLists(seedsOf(t, i, k), warnings[i])
				if err != nil {
					return table{}, err
				}
				record := slices.Concat(cellFields(request, t, i, k), []any{bootstrap.Low, bootstrap.High, t.Rows[i].Cells[k].Best},
					differenceFields(t, i, k), lists, ranks[column.Name].of(t.Name(i)))
				rows = append(rows, record)
			}
		}
	}
	return table{columns: recordColumns(tables), rows: rowsOf(rows)}, nil
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

// cellFields are what sets a row apart, and its numbers.
func cellFields(request compareRequest, t comparison.Table, i, k int) []any {
	row, c := t.Rows[i], t.Columns[k]
	var fields []any
	for _, s := range t.Settings {
		fields = append(fields, s.Value)
	}
	fields = append(fields, row.Label)
	for _, v := range row.Values {
		fields = append(fields, v)
	}
	cell := row.Cells[k]
	interval := cell.Interval(request.level)
	return append(fields, c.Metric, string(request.split), string(c.Calibration), request.level, row.N, row.Planned,
		cell.N, cell.Mean, cell.SD, interval.Low, interval.High)
}

// differenceFields are the numbers of a row against the baseline: nothing for the baseline itself, and where there is none.
func differenceFields(t comparison.Table, i, k int) []any {
	if t.Against == nil {
		return make([]any, 11)
	}
	baseline := t.Name(t.Against.Baseline)
	if i == t.Against.Baseline {
		return append([]any{baseline}, make([]any, 10)...)
	}
	d := t.Against.Differences[i][k]
	return []any{baseline, d.Difference, d.Interval.Low, d.Interval.High, d.T, d.DF, d.P, d.Holm, d.SignFlip, d.LeastSignFlip, d.Effect}
}

// seedsOf lists the seeds that a row shares with the baseline.
func seedsOf(t comparison.Table, i, k int) []int64 {
	if t.Against == nil {
		return nil
	}
	return t.Against.Differences[i][k].Seeds
}

// warningsByRow lists what is to be known of each row of a table, warnings of the whole table included.
func warningsByRow(t comparison.Table, k int) [][]string {
	texts := make([][]string, len(t.Rows))
	for _, w := range append(t.Warnings(k), t.DifferenceWarnings(k)...) {
		first, end := w.Row, w.Row+1
		if w.Row < 0 {
			first, end = 0, len(texts)
		}
		for i := first; i < end; i++ {
			texts[i] = append(texts[i], w.String())
		}
	}
	return texts
}

// jsonLists are two lists as JSON arrays, which every format shows as they are.
func jsonLists(seeds []int64, warnings []string) ([]any, error) {
	first, err := marshal(append([]int64{}, seeds...))
	if err != nil {
		return nil, err
	}
	second, err := marshal(append([]string{}, warnings...))
	if err != nil {
		return nil, err
	}
	return []any{json.RawMessage(first), json.RawMessage(second)}, nil
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
