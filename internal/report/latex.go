package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// LaTeX returns the comparison of a study as tables that a paper takes in with \input: a table environment for each
// table of the report. Of packages they need booktabs alone. Where nothing finished there is only a comment.
func LaTeX(study Study) ([]byte, error) {
	if study.Name == "" {
		return nil, errors.New("writing a latex table: the study has no name")
	}
	tables := latexTables(study)
	var b strings.Builder
	b.WriteString(study.latexComment())
	for i, t := range tables {
		label := fileName(study.Name)
		if len(tables) > 1 {
			label += fmt.Sprintf("-%d", i+1)
		}
		b.WriteString("\n" + t.environment(label))
	}
	return []byte(b.String()), nil
}

// latexTable is a table with what stands above and below it.
type latexTable struct {
	grid     grid
	headings []string // above the header of each column, the same of neighbours but once; empty where there is none
	caption  string
	notes    []string // a paragraph each
}

func latexTables(study Study) []latexTable {
	if len(study.Records) > 0 && isTheory(&study.Records[0]) {
		points := theoryPoints(study.Records)
		if len(points) == 0 {
			return nil
		}
		return []latexTable{{
			grid: newTheoryTable(points).grid(), caption: theoryTitle + ", sweep " + study.Name, notes: []string{theoryNote},
		}}
	}
	groups := comparison.GroupRecords(study.Records)
	w := writer{study: study, groups: groups, layout: comparison.NewLayout(groups)}
	c := Comparison{Tables: comparison.Tables(w.layout, groups, mainColumns(), comparison.OfTest)}
	var tables []latexTable
	for _, t := range c.Tables {
		caption := "Losses compared"
		if apart := comparison.Title(t.Settings); apart != "" {
			caption += ", " + apart
		}
		l := latexTable{grid: gridOf(t), caption: caption + ", sweep " + study.Name, notes: t.Footnotes(mainWarnings(t))}
		l.notes = append(l.notes, w.tableNote(c))
		if note := w.boundNote(); note != "" {
			l.notes = append(l.notes, strings.ReplaceAll(note, "**", "")) // bold in Markdown
		}
		l.groupCalibrations(t.Columns)
		tables = append(tables, l)
	}
	return tables
}

// groupCalibrations puts the columns of each calibration under a heading, which their own headers need not repeat.
// Columns of a single one stay as they are.
func (t *latexTable) groupCalibrations(columns []comparison.Column) {
	titles := map[run.Calibration]string{plain: "As trained", scaled: "After temperature scaling"}
	same := func(c comparison.Column) bool { return c.Calibration == columns[0].Calibration }
	if len(columns) == 0 || !slices.ContainsFunc(columns, func(c comparison.Column) bool { return !same(c) }) {
		return
	}
	t.headings = make([]string, len(t.grid.header)-len(columns))
	for _, c := range columns {
		t.headings = append(t.headings, titles[c.Calibration])
	}
	for i, h := range t.grid.header {
		t.grid.header[i] = strings.Replace(h, " after T", "", 1)
	}
}

// latexComment says where the tables come from and what they need.
func (s Study) latexComment() string {
	finished := 0
	for _, r := range s.Records {
		if r.Status == run.Finished {
			finished++
		}
	}
	lines := []string{fmt.Sprintf("The sweep %s: %s of %s finished.", s.Name, thousands(finished), plural(len(s.Records), "run"))}
	if s.Source != "" {
		lines = append(lines, "Described in "+s.Source+".")
	}
	if s.Commit != "" {
		lines = append(lines, "Written by commit "+s.Commit+".")
	}
	lines = append(lines, `Needs \usepackage{booktabs}. To get it again:`)
	lines = append(lines, s.Commands...)
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("% " + strings.Join(strings.Fields(line), " ") + "\n")
	}
	return b.String()
}
