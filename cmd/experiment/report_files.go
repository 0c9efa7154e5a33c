package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"experiment/internal/report"
)

// reportFolder is where reports go, relative to the working directory.
const reportFolder = "results/reports"

// reportRequest is what to report on, and which files to write.
type reportRequest struct {
	word  string // a sweep file or the name of a recorded sweep
	path  string // of the Markdown; empty for the default
	html  bool
	latex bool
	png   bool
}

// The extensions of what lies beside the Markdown.
const (
	htmlExtension  = ".html"
	latexExtension = ".tex"
)

// check refuses a path for the Markdown that another file of the same report takes.
func (r reportRequest) check() error {
	for extension, wanted := range map[string]bool{htmlExtension: r.html, latexExtension: r.latex} {
		if wanted && filepath.Ext(r.path) == extension {
			return usageFailure(fmt.Errorf("writing a report to %s: -o names the Markdown, and the %s beside it takes its name", r.path, extension),
				"-o "+strings.TrimSuffix(r.path, extension)+".md")
		}
	}
	return nil
}

// write writes the files of a report and returns their paths, the Markdown first; figures are not named.
func (r reportRequest) write(study report.Study) ([]string, error) {
	document, err := report.Build(study)
	if err != nil {
		return nil, err
	}
	path := r.path
	if path == "" {
		path = filepath.Join(reportFolder, study.Name+".md")
	}
	written := []string{path}
	if err := writeDocument(path, document, r.png); err != nil {
		return nil, err
	}
	for _, also := range []struct {
		wanted    bool
		extension string
		content   func() ([]byte, error)
	}{
		{r.html, htmlExtension, document.HTML},
		{r.latex, latexExtension, func() ([]byte, error) { return report.LaTeX(study) }},
	} {
		if !also.wanted {
			continue
		}
		content, err := also.content()
		if err != nil {
			return nil, err
		}
		beside := strings.TrimSuffix(path, ".md") + also.extension
		if err := writeFile(beside, content); err != nil {
			return nil, err
		}
		written = append(written, beside)
	}
	return written, nil
}

// writeDocument writes a report: the figures first, so that the Markdown never shows what is not there.
func writeDocument(path string, document report.Document, png bool) error {
	for _, f := range document.Files {
		if err := writeFigure(filepath.Dir(path), f, png); err != nil {
			return err
		}
	}
	return writeFile(path, document.Markdown)
}

// writeFigure writes a figure of a report into a folder, as PNG too where that is wanted.
func writeFigure(folder string, f report.File, png bool) error {
	if err := writeFile(filepath.Join(folder, filepath.FromSlash(f.Name)), f.Bytes); err != nil || !png {
		return err
	}
	image, err := f.PNG()
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(folder, filepath.FromSlash(image.Name)), image.Bytes)
}

// writeFile writes a file whole or not at all.
func writeFile(path string, content []byte) error {
	return writeWhole(path, func(out io.Writer) error {
		_, err := out.Write(content)
		return err
	})
}
