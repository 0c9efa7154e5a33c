package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"experiment/internal/reproduction"
	"experiment/internal/run"
)

// verdictFailed is shown where a run did not finish this time.
const verdictFailed = "failed"

func (r reproduced) verdict() string {
	if r.again.Status != run.Finished {
		return verdictFailed
	}
	return string(r.Verdict())
}

// writeReproduced prints how runs that were made again compare.
func (p *program) writeReproduced(all []reproduced) error {
	switch p.format {
	case formatCSV:
		return p.write(differenceTable(all))
	case formatJSON, formatJSONL:
		return p.writeReproducedJSON(all)
	}
	page := p.newPage()
	page.margin = "  "
	for i, r := range all {
		if i > 0 {
			page.blank()
		}
		page.reproduced(r)
	}
	return page.flush()
}

// mostDifferences is how many of them are shown to people.
const mostDifferences = 20

// reproduced writes how one run compares.
func (g *page) reproduced(r reproduced) {
	g.heading(fmt.Sprintf("%s, seed %d", r.record.Label, r.record.Config.Seed()))
	added := ""
	if r.Added > 0 {
		added = plural(r.Added, "number or file was not recorded then", "numbers or files were not recorded then")
	}
	g.pairs([][2]string{{"run", string(r.record.Key)}, {"verdict", r.summary()}, {"besides", added}})
	if len(r.Differences) > 0 {
		g.section("Numbers and files")
		shown := r.Differences[:min(len(r.Differences), mostDifferences)]
		g.table(table{columns: []column{
			{name: "what", elide: elideMiddle}, {name: "recorded", show: exactly, right: true, elide: elideEnd},
			{name: "again", show: exactly, right: true, elide: elideEnd}, {name: "difference", right: true},
		}, rows: rowsOf(differenceRows(shown))})
		if more := len(r.Differences) - len(shown); more > 0 {
			g.indented(fmt.Sprintf("and %d more: --format csv lists all", more))
		}
	}
	if len(r.Provenance) > 0 {
		g.section("Provenance")
		var rows [][]any
		for _, f := range r.Provenance {
			rows = append(rows, []any{f.Name, exactly(f.Recorded), exactly(f.Again)})
		}
		g.table(table{columns: []column{{name: "what"}, {name: "recorded", elide: elideEnd}, {name: "again", elide: elideEnd}}, rows: rowsOf(rows)})
	}
}

// summary says in a line how a run compares.
func (r reproduced) summary() string {
	if r.again.Status != run.Finished {
		return fmt.Sprintf("did not finish this time: %s: %s", r.again.Status, r.again.Reason)
	}
	files := 0
	for _, d := range r.Differences {
		if d.Kind == reproduction.File {
			files++
		}
	}
	compared := fmt.Sprintf("%s and %s", plural(r.Numbers, "number", "numbers"), plural(r.Files, "file", "files"))
	differ := fmt.Sprintf("%d of %s and %d of %s differ",
		len(r.Differences)-files, plural(r.Numbers, "number", "numbers"), files, plural(r.Files, "file", "files"))
	switch r.Verdict() {
	case reproduction.Different:
		return differ + " on the same provenance"
	case reproduction.Elsewhere:
		return differ + ", and so does what they were computed on"
	}
	if len(r.Provenance) > 0 {
		return "identical: " + compared + ", bit for bit, on another provenance"
	}
	return "identical: " + compared + ", bit for bit"
}

// exactly writes a number with all its digits, "none" where there is none, and abbreviates a checksum.
func exactly(value any) string {
	switch v := value.(type) {
	case nil:
		return "none"
	case string:
		if strings.Trim(v, "0123456789abcdef") == "" {
			return abbreviate(v)
		}
	}
	return plain(value)
}

// differenceRows has place, both values and the difference of each.
func differenceRows(differences []reproduction.Difference) [][]any {
	rows := make([][]any, len(differences))
	for i, d := range differences {
		rows[i] = []any{d.String(), d.Recorded, d.Again, d.By()}
	}
	return rows
}

// differenceTable has one row for each difference, and one for each run that has none.
func differenceTable(all []reproduced) table {
	var rows [][]any
	for _, r := range all {
		run := []any{string(r.record.Key), r.record.Label, r.record.Config.Seed(), r.verdict()}
		add := func(values ...any) { rows = append(rows, append(run[:len(run):len(run)], values...)) }
		if len(r.Differences)+len(r.Provenance) == 0 {
			add("", "", "", nil, r.again.Reason, nil, nil, nil)
		}
		for _, d := range r.Differences {
			add(string(d.Kind), string(d.Split), string(d.Calibration), numberOrNone(d.Number), d.Name, d.Recorded, d.Again, d.By())
		}
		for _, f := range r.Provenance {
			add("provenance", "", "", nil, f.Name, f.Recorded, f.Again, nil)
		}
	}
	names := strings.Fields("run label seed verdict kind split calibration number name recorded again difference")
	columns := make([]column, len(names))
	for i, name := range names {
		columns[i] = column{name: name}
	}
	return table{columns: columns, rows: rowsOf(rows)}
}

func numberOrNone(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// shownReproduction is how a run compares, as JSON.
type shownReproduction struct {
	Run         run.Key           `json:"run"`
	Label       string            `json:"label"`
	Seed        int64             `json:"seed"`
	Attempt     int               `json:"attempt"` // that was recorded
	Verdict     string            `json:"verdict"` // identical, different, elsewhere or failed
	Reason      string            `json:"reason"`  // why it failed
	Numbers     int               `json:"numbers"` // compared
	Files       int               `json:"files"`   // compared
	Added       int               `json:"added"`   // numbers and files that were not recorded
	Differences []shownDifference `json:"differences"`
	Provenance  []shownFact       `json:"provenance"` // what differs in it
}

type shownDifference struct {
	Kind        reproduction.Kind `json:"kind"`
	Split       run.Split         `json:"split,omitempty"`
	Calibration run.Calibration   `json:"calibration,omitempty"`
	Number      int               `json:"number,omitempty"` // of the epoch or bin
	Name        string            `json:"name"`
	Recorded    any               `json:"recorded"`
	Again       any               `json:"again"`
	Difference  run.Number        `json:"difference"`
}

type shownFact struct {
	Name     string `json:"name"`
	Recorded string `json:"recorded"`
	Again    string `json:"again"`
}

func (p *program) writeReproducedJSON(all []reproduced) error {
	shown := make([]shownReproduction, len(all))
	for i, r := range all {
		shown[i] = shownReproduction{
			Run: r.record.Key, Label: r.record.Label, Seed: r.record.Config.Seed(), Attempt: r.record.Attempt.Number,
			Verdict: r.verdict(), Reason: r.again.Reason, Numbers: r.Numbers, Files: r.Files, Added: r.Added,
			Differences: []shownDifference{}, Provenance: []shownFact{},
		}
		for _, d := range r.Differences {
			shown[i].Differences = append(shown[i].Differences, shownDifference{
				d.Kind, d.Split, d.Calibration, d.Number, d.Name, d.Recorded, d.Again, run.Number(d.By()),
			})
		}
		for _, f := range r.Provenance {
			shown[i].Provenance = append(shown[i].Provenance, shownFact(f))
		}
	}
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	if p.format == formatJSON {
		encoder.SetIndent("", "  ")
		return encoder.Encode(shown)
	}
	for _, each := range shown {
		if err := encoder.Encode(each); err != nil {
			return err
		}
	}
	return nil
}
