package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"experiment/internal/run"
	"experiment/internal/store"
	"experiment/pipelines/catalogue"
)

func (p *program) showCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "one run whole, or what differs between two",
		ArgsUsage: "RUN [RUN]",
		Description: `Shows everything that is recorded of a run. Metrics are fractions and nats. With
--format json it is one object with all digits; csv has one line for each
metric.

Of two runs it shows what differs: settings, metrics (the difference is the
second less the first) and what they were made on, where both know it; what is
the same is counted. json is one object, csv has one line for each difference.

Examples:
  experiment show 3f9a
  experiment show 3f9a --format json | jq .config
  experiment show 3f9a 590b
  experiment show 3f9a 590b --format csv | grep temperature`,
		Action: func(c *cli.Context) error {
			words := c.Args().Slice()
			if len(words) != 2 {
				word, err := oneArgument(c, "a run, or two: keys or the starts of them")
				if err != nil {
					return err
				}
				words = []string{word}
			}
			return p.read(c.Context, func(r *store.Reader) error {
				keys, err := resolveEach(c.Context, r, words)
				switch {
				case err != nil:
					return err
				case len(keys) == 2:
					return p.showDifference(c.Context, r, keys[0], keys[1])
				}
				return p.show(c.Context, r, keys[0])
			})
		},
	}
}

func (p *program) show(ctx context.Context, r *store.Reader, key run.Key) error {
	record, err := r.Record(ctx, key, store.History|store.Bins|store.Artefacts)
	if err != nil {
		return err
	}
	attempts, err := r.Attempts(ctx, key, 0)
	if err != nil {
		return err
	}
	record.Status = liveStatus(p.files(), key, record.Status)
	for i := range attempts {
		attempts[i].Status = liveStatus(p.files(), key, attempts[i].Status)
	}
	switch p.format {
	case formatCSV:
		return p.write(metricTable(record.Attempt.Result.Metrics))
	case formatJSON, formatJSONL:
		return p.writeRecord(record, attempts)
	}
	return p.showPage(record, attempts)
}

// shownRun is a run as show writes it in JSON.
type shownRun struct {
	Run         run.Key           `json:"run"`
	Label       string            `json:"label"`
	Status      run.Status        `json:"status"`
	Config      run.Config        `json:"config"`
	Attempt     int               `json:"attempt"` // that what follows is of; 0 for none
	Seconds     run.Number        `json:"seconds"`
	Metrics     []run.Metric      `json:"metrics"`
	Reliability []run.Reliability `json:"reliability"`
	History     []run.Epoch       `json:"history"`
	Artefacts   []run.Artefact    `json:"artefacts"`
	Provenance  run.Provenance    `json:"provenance"`
	Attempts    []shownAttempt    `json:"attempts"`
}

// shownAttempt is an attempt as show writes it in JSON.
type shownAttempt struct {
	Number     int            `json:"number"`
	Status     run.Status     `json:"status"`
	Reason     string         `json:"reason"`
	Resumed    int            `json:"resumed"` // the epoch that it went on in; 0 where it began at the beginning
	Epoch      int            `json:"epoch"`
	Started    string         `json:"started"`
	Ended      string         `json:"ended"` // empty while it is running
	PID        int            `json:"pid"`
	Host       string         `json:"host"`
	Log        string         `json:"log"` // in the folder of files
	Provenance run.Provenance `json:"provenance"`
}

func (p *program) writeRecord(record run.Record, attempts []run.Attempt) error {
	a := record.Attempt
	shown := shownRun{
		Run: record.Key, Label: record.Label, Status: record.Status, Config: record.Config,
		Attempt: a.Number, Seconds: run.Number(a.Result.Seconds),
		Metrics: orEmpty(a.Result.Metrics), Reliability: orEmpty(a.Result.Reliability),
		History: orEmpty(a.History), Artefacts: orEmpty(a.Artefacts), Provenance: a.Provenance,
		Attempts: []shownAttempt{},
	}
	for _, a := range attempts {
		shown.Attempts = append(shown.Attempts, shownAttempt{
			a.Number, a.Status, a.Reason, a.Resumed, a.Epoch, plain(a.Started), plain(a.Ended), a.PID, a.Host, a.Log, a.Provenance,
		})
	}
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	if p.format == formatJSON {
		encoder.SetIndent("", "  ")
	}
	return encoder.Encode(shown)
}

// orEmpty makes an empty list of none, so that JSON has [] and not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// metricTable has one row a metric.
func metricTable(metrics []run.Metric) table {
	var rows [][]any
	for _, m := range metrics {
		rows = append(rows, []any{string(m.Split), string(m.Calibration), m.Name, float64(m.Value)})
	}
	return table{columns: []column{{name: "split"}, {name: "calibration"}, {name: "name"}, {name: "value", right: true}}, rows: rowsOf(rows)}
}

// showPage writes a run for people.
func (p *program) showPage(record run.Record, attempts []run.Attempt) error {
	page := p.newPage()
	page.margin = "  "
	a := record.Attempt
	page.heading(fmt.Sprintf("%s, seed %d", record.Label, record.Config.Seed()))
	seconds := ""
	if a.Status == run.Finished {
		seconds = fmt.Sprintf("%.1f s", a.Result.Seconds)
	}
	page.pairs([][2]string{
		{"run", string(record.Key)}, {"status", string(record.Status)}, {"reason", a.Reason}, {"time", seconds},
	})
	page.section("Configuration")
	var settings [][2]string
	for _, f := range record.Config.Fields() {
		settings = append(settings, [2]string{f.Path, catalogue.FormatValue(f.Value)})
	}
	page.pairs(settings)
	if len(attempts) > 0 {
		page.section("Attempts")
		page.table(attemptTable(attempts))
		page.section("Provenance")
		page.pairs(provenancePairs(a.Provenance))
	}
	if len(a.Result.Metrics) > 0 {
		page.section("Metrics (fractions and nats)")
		page.table(metricGrid(a.Result.Metrics))
	}
	if len(a.History) > 0 {
		page.section("Epochs")
		page.table(epochTable(a.History))
	}
	if len(a.Artefacts) > 0 {
		page.section("Files in " + filepath.Join(p.files(), record.Key.Short()+"*"))
		page.table(artefactTable(a.Artefacts))
	}
	return page.flush()
}
