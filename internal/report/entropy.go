package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
)

// entropy draws how the entropies of right and of wrong predictions are distributed, before and after temperature
// scaling. Runs that were recorded before entropies were counted have no panel.
func (w *writer) entropy() error {
	for _, calibration := range []run.Calibration{plain, scaled} {
		sections, more := first(w.sections)
		for _, s := range sections {
			if !slices.ContainsFunc(s.Groups, hasHistograms) {
				continue
			}
			groups, left := chosen(s.Groups)
			panels, missing := w.distributions(groups, calibration)
			notes := []string{heading(s.Settings), left, confidentMistakes(panels)}
			if missing > 0 {
				notes = append(notes, fmt.Sprintf("%s without a panel, since the entropies of some runs were not counted, or into other bins.", plural(missing, "row")))
			}
			for start := 0; start < len(panels); start += figure.PanelsPerFigure {
				part := panels[start:min(start+figure.PanelsPerFigure, len(panels))]
				if start > 0 {
					notes = nil
				}
				if err := w.entropyFigure(s, calibration, part, notes, more); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func hasHistograms(g *comparison.Group) bool {
	return slices.ContainsFunc(g.Records, func(r *run.Record) bool { return len(r.Attempt.Result.Histograms) > 0 })
}

func (w *writer) entropyFigure(s comparison.Section, calibration run.Calibration, panels []figure.Distribution, notes []string, more string) error {
	name := "entropy"
	if calibration == scaled {
		name = "entropy-scaled"
	}
	alt := altOf("Entropies of right and wrong predictions "+when(calibration), s)
	d, err := figure.Distributions(alt, "entropy H[q] (nats)", panels)
	if err != nil {
		return err
	}
	return w.show(fileName(comparison.Title(s.Settings), name), d, shownFigure{
		heading: "Entropies of right and wrong predictions " + when(calibration), alt: alt, apart: strings.TrimSpace(strings.Join(notes, " ")),
		caption: "Test split, pooled over seeds. How uncertain predictions were, from 0 (one class has all the probability) to ln K (all classes have the same), those that were " +
			"right apart from those that were wrong. The area below each histogram is 1, so their heights do not say how many there are: the numbers do; where a bin leaves the picture, the greatest density stands beside it. A model that knows " +
			"when it errs has its wrong predictions far to the right of its right ones; wrong predictions near 0 are mistakes made with confidence, which no threshold on the entropy finds." + more,
	})
}

// distributions returns a panel for each group, and how many groups have none.
func (w *writer) distributions(groups []*comparison.Group, calibration run.Calibration) (panels []figure.Distribution, missing int) {
	for _, g := range groups {
		p := figure.Distribution{Title: w.layout.NameOf(g), Colour: figure.Colour(g.Loss)}
		if !poolEntropies(&p, g, calibration) {
			missing++
			continue
		}
		p.Notes = []string{"right: " + countText(p.Right), "wrong: " + countText(p.Wrong)}
		panels = append(panels, p)
	}
	return panels, missing
}

// poolEntropies adds up the histograms of a group's runs, and reports whether every run has both over the same bins.
func poolEntropies(p *figure.Distribution, g *comparison.Group, calibration run.Calibration) bool {
	for i, r := range g.Records {
		found := 0
		for _, h := range r.Attempt.Result.Histograms {
			if h.Split != run.Test || h.Calibration != calibration || h.Quantity != run.Entropy {
				continue
			}
			counts := &p.Right
			if h.Outcome == run.Wrong {
				counts = &p.Wrong
			}
			if i == 0 {
				*counts = make([]float64, len(h.Counts))
				p.Lower, p.Upper = h.Lower, h.Upper
			}
			if len(h.Counts) != len(*counts) || h.Lower != p.Lower || h.Upper != p.Upper {
				return false
			}
			for b, n := range h.Counts {
				(*counts)[b] += n
			}
			found++
		}
		if found != 2 || len(p.Right) != len(p.Wrong) {
			return false
		}
	}
	return len(p.Right) > 0
}

// countText writes how many predictions there are: a whole number, or one decimal of what soft labels share out.
func countText(counts []float64) string {
	n := total(counts)
	if n == math.Trunc(n) {
		return thousands(int(n))
	}
	return fmt.Sprintf("%.1f", n)
}

func total(counts []float64) float64 {
	sum := 0.0
	for _, n := range counts {
		sum += n
	}
	return sum
}

// confidentShare is the share of ln K below which an entropy counts as confident.
const confidentShare = 0.1

// confidentMistakes says what share of the wrong predictions was made with confidence, from the loss that has the least
// to the one that has the greatest.
func confidentMistakes(panels []figure.Distribution) string {
	least, greatest := math.Inf(1), math.Inf(-1)
	var best, worst string
	for _, p := range panels {
		confident, all := int(math.Round(confidentShare*float64(len(p.Wrong)))), total(p.Wrong)
		if confident < 1 || all == 0 {
			continue
		}
		share := total(p.Wrong[:confident]) / all
		if share < least {
			least, best = share, p.Title
		}
		if share > greatest {
			greatest, worst = share, p.Title
		}
	}
	switch {
	case best == "":
		return ""
	case best == worst:
		return fmt.Sprintf("Of the wrong predictions of %s, %.1f %% have an entropy below a tenth of ln K.", escape(best), 100*least)
	}
	return fmt.Sprintf("Of the wrong predictions, from %.1f %% (%s) to %.1f %% (%s) have an entropy below a tenth of ln K.", 100*least, escape(best), 100*greatest, escape(worst))
}
