package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"experiment/internal/difference"
	"experiment/internal/run"
	"experiment/internal/store"
	"experiment/pipelines/catalogue"
)

// pair is two runs and what differs between them.
type pair struct {
	a, b run.Record
	difference.Difference
}

// showDifference prints what differs between two runs.
func (p *program) showDifference(ctx context.Context, r *store.Reader, first, second run.Key) error {
	var both pair
	for _, each := range []struct {
		key    run.Key
		record *run.Record
	}{{first, &both.a}, {second, &both.b}} {
		record, err := r.Record(ctx, each.key, 0)
		if err != nil {
			return err
		}
		record.Status = liveStatus(p.files(), each.key, record.Status)
		*each.record = record
	}
	both.Difference = difference.Between(both.a, both.b)
	switch p.format {
	case formatCSV:
		return p.write(both.table())
	case formatJSON, formatJSONL:
		return p.writePair(both)
	}
	page := p.newPage()
	page.margin = "  "
	page.pair(both)
	return page.flush()
}

// names returns what the two runs are called in headings: the starts of their keys, as long as tells them apart.
func (d pair) names() (a, b string) {
	n := len(d.a.Key.Short())
	if d.a.Key != d.b.Key {
		for d.a.Key[:n] == d.b.Key[:n] {
			n++
		}
	}
	return string(d.a.Key[:n]), string(d.b.Key[:n])
}

// pair writes what differs between two runs for people.
func (g *page) pair(d pair) {
	a, b := d.names()
	g.heading(a + " and " + b)
	var lines [][2]string
	for _, each := range []struct {
		name   string
		record run.Record
	}{{a, d.a}, {b, d.b}} {
		text := fmt.Sprintf("%s, seed %d, %s", each.record.Label, each.record.Config.Seed(), each.record.Status)
		if each.record.Attempt.Status == run.Finished {
			text += fmt.Sprintf(", %.1f s", each.record.Attempt.Result.Seconds)
		}
		lines = append(lines, [2]string{each.name, text})
	}
	g.pairs(lines)
	columns := []column{{name: "first", title: a, elide: elideEnd}, {name: "second", title: b, elide: elideEnd}}
	if len(d.Settings) > 0 {
		g.section("Configuration")
		g.table(table{columns: append([]column{{name: "setting"}}, columns...), rows: rowsOf(settingRows(d.Settings))})
	}
	if len(d.Metrics) > 0 {
		g.section("Metrics (fractions and nats)")
		g.table(metricPairs(d.Metrics, a, b))
	}
	if len(d.Provenance) > 0 {
		g.section("Provenance")
		var rows [][]any
		for _, f := range d.Provenance {
			rows = append(rows, []any{f.Name, exactly(f.Recorded), exactly(f.Again)})
		}
		g.table(table{columns: append([]column{{name: "what"}}, columns...), rows: rowsOf(rows)})
	}
	g.blank()
	g.folded("", 0, d.summary())
}

// summary says what is the same.
func (d pair) summary() string {
	if d.a.Key == d.b.Key {
		return "Identical: both are the same run."
	}
	same := []string{plural(d.SameSettings, "setting", "settings"), plural(d.SameMetrics, "metric", "metrics")}
	if len(d.Provenance) == 0 {
		same = append(same, "what is known of the provenance")
	}
	return "The same in both: " + strings.Join(same, ", ") + "."
}

func settingRows(settings []difference.Setting) [][]any {
	show := func(value any) string {
		if value == nil {
			return "-"
		}
		return catalogue.FormatValue(value)
	}
	rows := make([][]any, len(settings))
	for i, s := range settings {
		rows[i] = []any{s.Path, show(s.A), show(s.B)}
	}
	return rows
}

// metricPairs has a row for each metric: both values and their difference.
func metricPairs(metrics []difference.Metric, a, b string) table {
	show := func(value any) string {
		if n, ok := value.(run.Number); ok {
			return sixDecimals(float64(n))
		}
		return sixDecimals(value)
	}
	rows := make([][]any, len(metrics))
	for i, m := range metrics {
		rows[i] = []any{metricColumn(m.Split, m.Calibration), m.Name, m.A, m.B, m.By()}
	}
	return table{
		columns: []column{
			{name: "split"}, {name: "metric"}, {name: "first", title: a, show: show, right: true},
			{name: "second", title: b, show: show, right: true}, {name: "difference", show: signed, right: true},
		},
		rows: rowsOf(rows),
	}
}

// signed writes a difference with its sign, and nothing where it is undefined.
func signed(value any) string {
	f, ok := value.(float64)
	if !ok || math.IsNaN(f) {
		return ""
	}
	text := sixDecimals(f)
	if !strings.HasPrefix(text, "-") {
		return "+" + text
	}
	return text
}

// table has a row for each difference.
func (d pair) table() table {
	var rows [][]any
	for _, s := range d.Settings {
		rows = append(rows, []any{"setting", "", "", s.Path, s.A, s.B, nil})
	}
	for _, m := range d.Metrics {
		rows = append(rows, []any{"metric", string(m.Split), string(m.Calibration), m.Name, m.A, m.B, m.By()})
	}
	for _, f := range d.Provenance {
		rows = append(rows, []any{"provenance", "", "", f.Name, f.Recorded, f.Again, nil})
	}
	names := strings.Fields("kind split calibration name a b difference")
	columns := make([]column, len(names))
	for i, name := range names {
		columns[i] = column{name: name}
	}
	return table{columns: columns, rows: rowsOf(rows)}
}

// shownPair is what differs between two runs, as JSON.
type shownPair struct {
	A          shownHead     `json:"a"`
	B          shownHead     `json:"b"`
	Identical  bool          `json:"identical"` // both are the same run
	Settings   []shownValues `json:"settings"`
	Metrics    []shownValues `json:"metrics"`
	Provenance []shownValues `json:"provenance"`
	Same       shownSame     `json:"same"`
}

// shownHead is what a run is.
type shownHead struct {
	Run     run.Key    `json:"run"`
	Label   string     `json:"label"`
	Seed    int64      `json:"seed"`
	Status  run.Status `json:"status"`
	Seconds run.Number `json:"seconds"`
}

// shownValues is a setting, a metric or a fact of the provenance that is not the same.
type shownValues struct {
	Split       run.Split       `json:"split,omitempty"`
	Calibration run.Calibration `json:"calibration,omitempty"`
	Name        string          `json:"name"`
	A           any             `json:"a"`
	B           any             `json:"b"`
	Difference  *run.Number     `json:"difference,omitempty"` // of metrics: b less a
}

// shownSame counts what is the same.
type shownSame struct {
	Settings int `json:"settings"`
	Metrics  int `json:"metrics"`
}

func (p *program) writePair(d pair) error {
	head := func(r run.Record) shownHead {
		return shownHead{r.Key, r.Label, r.Config.Seed(), r.Status, run.Number(r.Attempt.Result.Seconds)}
	}
	shown := shownPair{
		A: head(d.a), B: head(d.b), Identical: d.a.Key == d.b.Key, Same: shownSame{d.SameSettings, d.SameMetrics},
		Settings: []shownValues{}, Metrics: []shownValues{}, Provenance: []shownValues{},
	}
	for _, s := range d.Settings {
		shown.Settings = append(shown.Settings, shownValues{Name: s.Path, A: s.A, B: s.B})
	}
	for _, m := range d.Metrics {
		by := run.Number(m.By())
		shown.Metrics = append(shown.Metrics, shownValues{m.Split, m.Calibration, m.Name, m.A, m.B, &by})
	}
	for _, f := range d.Provenance {
		shown.Provenance = append(shown.Provenance, shownValues{Name: f.Name, A: f.Recorded, B: f.Again})
	}
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	if p.format == formatJSON {
		encoder.SetIndent("", "  ")
	}
	return encoder.Encode(shown)
}
