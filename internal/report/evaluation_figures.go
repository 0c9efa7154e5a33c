package report

import (
	"fmt"
	"strings"

	"experiment/internal/evaluation"
	"experiment/internal/report/figure"
)

// figures draws the reliability diagrams and returns the section that shows them.
func (w evaluationWriter) figures() (section string, files []File, err error) {
	var b strings.Builder
	b.WriteString("\n## Reliability\n")
	paragraph(&b, "The bars are the accuracy of the predictions in a bin of confidence, and the gap to their mean confidence; the lower part shows the "+
		"share of predictions in each bin.")
	add := func(name, alt string, panels []figure.Panel) error {
		for start := 0; start < len(panels); start += figure.PanelsPerFigure {
			d, err := figure.Reliability(alt, panels[start:min(start+figure.PanelsPerFigure, len(panels))])
			if err != nil {
				return err
			}
			numbered := name
			if start > 0 {
				numbered = fmt.Sprintf("%s-%d", name, 1+start/figure.PanelsPerFigure)
			}
			file, err := newFile(numbered, d)
			if err != nil {
				return err
			}
			files = append(files, file)
			b.WriteString("\n![" + escape(alt) + "](" + file.Name + ")\n")
		}
		return nil
	}
	var given, fitted []figure.Panel
	for _, m := range w.result.Models {
		given = append(given, w.panel(m.Name, m.View))
		if m.Fitted != nil {
			fitted = append(fitted, w.panel(m.Name, m.Fitted.View))
		}
	}
	if w.single() {
		given[0].Title = "as given"
		if w.fitted() {
			fitted[0].Title = strings.ToLower(w.afterwards())
			given, fitted = append(given, fitted...), nil
		}
	}
	if err := add("reliability", "Reliability diagrams", given); err != nil {
		return "", nil, err
	}
	if len(fitted) == 0 {
		return b.String(), files, nil
	}
	paragraph(&b, "**"+w.afterwards()+"**")
	err = add("reliability-scaled", "Reliability diagrams "+strings.ToLower(w.afterwards()), fitted)
	return b.String(), files, err
}

// panel is the diagram of what a model's predictions show, in the colour of a loss or of any other name.
func (w evaluationWriter) panel(name string, v evaluation.View) figure.Panel {
	p := figure.Panel{Title: name, Colour: figure.Colour(name)}
	for _, bin := range v.Reliability {
		p.Bins = append(p.Bins, figure.Bin(bin))
	}
	for _, m := range v.Metrics {
		if m.Name != "ece" {
			continue
		}
		c := measureNamed("ece").Column
		p.Notes = append(p.Notes, "ECE "+c.Format(m.Value, c.Digits)+" %")
		if interval := intervalText(c, m); interval != "" {
			p.Notes = append(p.Notes, interval+" %")
		}
	}
	p.Notes = append(p.Notes, "n = "+thousands(w.result.N))
	return p
}
