// Package report turns the records of a study into a Markdown report with figures, and into the comparison
// table that ends a sweep. It is pure: the same records give the same bytes, nothing is read or written,
// and no metric is computed anew.
package report

import (
	"errors"
	"fmt"

	"experiment/internal/comparison"
	"experiment/internal/report/page"
	"experiment/internal/run"
)

// Study is what a report is about.
type Study struct {
	Name        string // also the folder of the figures
	Description string
	Source      string       // path of the sweep file, as a reader would type it; empty where unknown
	Commit      string       // of the program that writes the report; empty where unknown
	Records     []run.Record // in the order of the sweep, of every status
	Excluded    int          // runs that the sweep excludes
	Duplicates  int          // runs that the sweep names more than once
	Added       int          // runs that the sweep file does not describe
	Commands    []string     // what to type to do it again, in order
}

// Document is a finished report.
type Document struct {
	Markdown []byte
	Files    []File // what the Markdown shows
}

const (
	plain  = run.Uncalibrated
	scaled = run.TemperatureScale
)

// HTML returns the document as one page that needs no file beside it.
func (d Document) HTML() ([]byte, error) {
	figures := make([]page.Figure, len(d.Files))
	for i, f := range d.Files {
		figures[i] = page.Figure{Name: f.Name, SVG: f.Bytes}
	}
	return page.Write(d.Markdown, figures)
}

// Build writes the report of a study. Runs that did not finish are listed, and count nowhere else.
func Build(study Study) (Document, error) {
	if study.Name == "" {
		return Document{}, errors.New("writing a report: the study has no name")
	}
	if len(study.Records) > 0 && isTheory(&study.Records[0]) {
		return buildTheory(study)
	}
	groups := comparison.GroupRecords(study.Records)
	layout := comparison.NewLayout(groups)
	sections := layout.Sections(comparison.Finished(groups))
	w := writer{study: study, layout: layout, groups: groups, sections: sections, work: "training and evaluation"}
	if err := w.figures(); err != nil {
		return Document{}, fmt.Errorf("writing the report of %s: %w", study.Name, err)
	}
	return Document{Markdown: w.markdown(), Files: w.files}, nil
}
