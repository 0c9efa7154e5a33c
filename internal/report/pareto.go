package report

import (
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
)

// pareto draws accuracy against ECE, before and after temperature scaling side by side.
func (w *writer) pareto() error {
	var sections []comparison.Section
	for _, s := range w.sections {
		if len(s.Groups) > 1 { // nothing is weighed against itself
			sections = append(sections, s)
		}
	}
	sections, more := first(sections)
	for _, s := range sections {
		groups, left := chosen(s.Groups)
		var panels []figure.Pareto
		for _, calibration := range []run.Calibration{plain, scaled} {
			p := figure.Pareto{Title: when(calibration), X: axisOf(comparison.ColumnNamed("accuracy")), Y: axisOf(comparison.ColumnNamed("ece")), Marks: w.marks(groups, calibration)}
			if len(p.Marks) > 1 {
				panels = append(panels, p)
			}
		}
		if len(panels) == 0 {
			continue
		}
		alt := altOf("Accuracy against ECE", s)
		d, err := figure.Paretos(alt, panels)
		if err != nil {
			return err
		}
		err = w.show(fileName(comparison.Title(s.Settings), "pareto"), d, shownFigure{
			heading: "Accuracy against ECE", alt: alt, apart: strings.TrimSpace(heading(s.Settings) + " " + left),
			caption: "Test split: better is to the right and below. A mark is the mean over seeds; crosses are " + intervalNote + ". The dashed line joins the means that no " +
				"other is better than in both numbers; where intervals overlap, the order may be chance. Each panel has its own scale." + more,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// marks returns a mark for each group that has both numbers.
func (w *writer) marks(groups []*comparison.Group, calibration run.Calibration) []figure.Mark {
	var marks []figure.Mark
	for _, loss := range lossesOf(groups) {
		members := ofLoss(groups, loss)
		for i, g := range members {
			m := figure.Mark{
				Name: w.layout.NameOf(g), Colour: tone(loss, i, len(members)), Marker: figure.MarkerOf(loss),
				X: estimateOf(samplesOf(g, comparison.ColumnNamed("accuracy"), calibration)),
				Y: estimateOf(samplesOf(g, comparison.ColumnNamed("ece"), calibration)),
			}
			if isFinite(m.X.Mean) && isFinite(m.Y.Mean) {
				marks = append(marks, m)
			}
		}
	}
	return marks
}
