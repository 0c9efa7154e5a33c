package report

import (
	"fmt"
	"image/color"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
	"experiment/internal/stats"
)

type colour = color.NRGBA

// reliability draws the reliability diagrams of the test split, before and after temperature scaling.
func (w *writer) reliability() error {
	for _, calibration := range []run.Calibration{plain, scaled} {
		sections, more := first(w.sections)
		for _, s := range sections {
			groups, left := chosen(s.Groups)
			panels, omitted := w.panels(groups, calibration)
			notes := []string{heading(s.Settings), left}
			if omitted > 0 {
				notes = append(notes, fmt.Sprintf("%s without a diagram, since the runs have no reliability curve or were binned differently.", plural(omitted, "row")))
			}
			for start := 0; start < len(panels); start += figure.PanelsPerFigure {
				part := panels[start:min(start+figure.PanelsPerFigure, len(panels))]
				if start > 0 {
					notes = nil
				}
				if err := w.reliabilityFigure(s, calibration, part, notes, more); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (w *writer) reliabilityFigure(s comparison.Section, calibration run.Calibration, panels []figure.Panel, notes []string, more string) error {
	name := "reliability"
	if calibration == scaled {
		name = "reliability-scaled"
	}
	alt := altOf("Reliability diagrams "+when(calibration), s)
	d, err := figure.Reliability(alt, panels)
	if err != nil {
		return err
	}
	caption := "Test split. The bins are pooled over seeds; ECE is the mean ± standard deviation over seeds, as in the table, and n the runs " +
		"times the examples of each. The lower part shows the share of predictions in each bin." + more
	return w.show(fileName(comparison.Title(s.Settings), name), d, shownFigure{
		heading: "Reliability " + when(calibration), caption: caption, apart: strings.TrimSpace(strings.Join(notes, " ")), alt: alt,
	})
}

// panels returns a diagram for each group, and how many groups have none.
func (w *writer) panels(groups []*comparison.Group, calibration run.Calibration) (panels []figure.Panel, omitted int) {
	for _, g := range groups {
		bins, counts := pool(g, calibration)
		if bins == nil {
			omitted++
			continue
		}
		p := figure.Panel{Title: w.layout.NameOf(g), Colour: figure.Colour(g.Loss), Bins: bins}
		column := comparison.ColumnNamed("ece")
		cell := comparison.Cell{Summary: stats.Summarise(g.Values(run.Test, calibration, "ece"))}
		if cell.N > 0 {
			p.Notes = append(p.Notes, "ECE "+column.FormatCell(cell)+" %")
		}
		p.Notes = append(p.Notes, "n = "+counts)
		panels = append(panels, p)
	}
	return panels, omitted
}

// pool adds up the reliability curves of a group's runs bin by bin, and says how many predictions they
// hold. It returns nil where a run has none, or has other bins than the rest.
func pool(g *comparison.Group, calibration run.Calibration) (bins []figure.Bin, counts string) {
	total, equal, first := 0, true, -1
	for i, r := range g.Records {
		curve := curveOf(r, calibration)
		if len(curve) == 0 || i > 0 && len(curve) != len(bins) {
			return nil, ""
		}
		if i == 0 {
			bins = make([]figure.Bin, len(curve))
		}
		n := 0
		for k, bin := range curve {
			pooled := &bins[k]
			if i > 0 && (pooled.Lower != bin.Lower || pooled.Upper != bin.Upper) {
				return nil, ""
			}
			pooled.Lower, pooled.Upper = bin.Lower, bin.Upper
			pooled.Count += bin.Count
			pooled.Confidence += float64(bin.Count) * bin.Confidence
			pooled.Accuracy += float64(bin.Count) * bin.Accuracy
			n += bin.Count
		}
		if first < 0 {
			first = n
		}
		equal = equal && n == first
		total += n
	}
	for k := range bins {
		if n := float64(bins[k].Count); n > 0 {
			bins[k].Confidence /= n
			bins[k].Accuracy /= n
		}
	}
	if equal && len(g.Records) > 1 {
		return bins, fmt.Sprintf("%d × %s", len(g.Records), thousands(first))
	}
	return bins, thousands(total)
}

// curveOf returns the reliability curve of a run on the test split.
func curveOf(r *run.Record, calibration run.Calibration) []run.Bin {
	for _, curve := range r.Attempt.Result.Reliability {
		if curve.Split == run.Test && curve.Calibration == calibration {
			return curve.Bins
		}
	}
	return nil
}
