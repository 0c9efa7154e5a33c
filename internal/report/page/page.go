// Package page turns a report in Markdown into one HTML page that needs nothing beside it: figures, style and
// script are part of it, and its policy forbids it to load anything. The same input gives the same bytes.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
)

// Figure is a drawing that the Markdown shows.
type Figure struct {
	Name string // as the Markdown refers to it: "losses/reliability.svg"
	SVG  []byte
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

// Write returns the page of a report. HTML in the Markdown is text. A figure that is shown and not given, or given
// and not shown, is an error.
func Write(markdown []byte, figures []Figure) ([]byte, error) {
	report, err := render(markdown, figures)
	if err != nil {
		return nil, fmt.Errorf("writing an html page: %w", err)
	}
	dark, err := darkStyle(report.colours)
	if err != nil {
		return nil, fmt.Errorf("writing an html page: %w", err)
	}
	page, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return nil, fmt.Errorf("reading the template of pages: %w", err)
	}
	style := "\n" + pageCSS + dark
	script := "\n" + pageJS
	var out bytes.Buffer
	err = page.Execute(&out, struct {
		Title, Policy string
		Style         template.CSS
		Script        template.JS
		Contents      []section
		Body          template.HTML
	}{report.title, policy(style, script), template.CSS(style), template.JS(script), report.contents, template.HTML(report.body)})
	if err != nil {
		return nil, fmt.Errorf("writing an html page: %w", err)
	}
	return out.Bytes(), nil
}

// policy is the Content Security Policy under which only the style and the script of the page itself count.
func policy(style, script string) string {
	return "default-src 'none'; style-src " + source(style) + "; script-src " + source(script) + "; img-src data:; base-uri 'none'; form-action 'none'"
}

// source names an inline style or script by its content.
func source(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
