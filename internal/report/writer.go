package report

import (
	"fmt"
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// writer holds what the parts of a report are written from, and what has been drawn so far.
type writer struct {
	study    Study
	layout   comparison.Layout
	groups   []*comparison.Group
	sections []comparison.Section // of the groups that have finished runs
	work     string               // what the seconds of a run were spent on
	files    []File
	shown    []shownFigure
}

// shownFigure is a figure and where the report shows it.
type shownFigure struct {
	heading string // what it shows; figures with the same heading follow each other
	caption string // what is to be known of all figures under the heading
	apart   string // what sets this one apart from the others, in Markdown
	alt     string
	file    string // as File.Name
}

// markdown writes the document, after the figures have been drawn.
func (w *writer) markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", escape(w.study.Name))
	paragraph(&b, escapeParagraph(w.study.Description))
	paragraph(&b, w.progress())
	c := Comparison{Tables: comparison.Tables(w.layout, w.groups, mainColumns(), comparison.OfTest)}
	setAgainstBaseline(c.Tables)
	if !c.Empty() {
		summary(&b, c)
		w.mainTable(&b, c)
		against(&b, c)
		rankings(&b, c)
	}
	w.posterior(&b)
	w.scalings(&b)
	w.showFigures(&b)
	w.unfinished(&b)
	b.WriteString("\n## What was run\n\n")
	b.WriteString(settingsTable(w.groups, w.study.Records, w.layout.Varying))
	w.provenance(&b)
	w.definitions(&b)
	w.reproduce(&b)
	return []byte(b.String())
}

func paragraph(b *strings.Builder, text string) {
	if text != "" {
		b.WriteString("\n" + text + "\n")
	}
}

// progress says how many runs the study has and how many finished.
func (w *writer) progress() string {
	done, planned := 0, 0
	for _, g := range w.groups {
		done += len(g.Records)
		planned += g.Planned
	}
	if planned == 0 {
		return "The study has no runs."
	}
	setting := w.setting()
	text := fmt.Sprintf("All %s runs finished", thousands(planned))
	if done < planned {
		text = fmt.Sprintf("%s of %s runs finished; the others are [listed below](#runs-that-did-not-finish)", thousands(done), thousands(planned))
	}
	if planned == 1 && done == 1 {
		text = "The one run finished"
	}
	var notes []string
	if w.study.Excluded > 0 {
		notes = append(notes, thousands(w.study.Excluded)+" excluded by the sweep")
	}
	if w.study.Duplicates > 0 {
		notes = append(notes, thousands(w.study.Duplicates)+" named more than once")
	}
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text + "." + setting
}

// setting names the choices that all runs share.
func (w *writer) setting() string {
	var words []string
	for _, choice := range []struct{ path, name string }{{"data.name", "data set"}, {"model.name", "model"}, {"optimizer.name", "optimiser"}} {
		value := w.groups[0].Config.Text(choice.path)
		if value != "" && !slices.Contains(w.layout.Varying, choice.path) {
			words = append(words, choice.name+" "+escape(value))
		}
	}
	if len(words) == 0 {
		return ""
	}
	text := strings.Join(words, ", ")
	return " " + strings.ToUpper(text[:1]) + text[1:] + "; all settings stand under [What was run](#what-was-run)."
}

// showFigures embeds what has been drawn, one heading for each kind.
func (w *writer) showFigures(b *strings.Builder) {
	heading := ""
	for _, f := range w.shown {
		if f.heading != heading {
			heading = f.heading
			b.WriteString("\n## " + heading + "\n")
			paragraph(b, f.caption)
		}
		paragraph(b, f.apart)
		b.WriteString("\n![" + escape(f.alt) + "](" + f.file + ")\n")
	}
}

// unfinishedShown is how many runs the list of those that did not finish shows.
const unfinishedShown = 50

// unfinished lists the runs that did not finish, with the reason.
func (w *writer) unfinished(b *strings.Builder) {
	var rows [][]string
	seen := map[run.Key]bool{}
	for _, r := range w.study.Records {
		if r.Status == run.Finished || seen[r.Key] {
			continue
		}
		seen[r.Key] = true
		name := r.Label
		if apart := comparison.Title(append(comparison.SettingsOf(r.Config, w.layout.Apart), comparison.SettingsOf(r.Config, w.layout.Axes)...)); apart != "" {
			name += ", " + apart
		}
		reason := r.Attempt.Reason
		if r.Status == run.New {
			reason = "not run yet"
		}
		rows = append(rows, []string{"`" + r.Key.Short() + "`", escape(name), fmt.Sprint(r.Config.Seed()), string(r.Status), escape(reason)})
	}
	if len(rows) == 0 {
		return
	}
	b.WriteString("\n## Runs that did not finish\n\n")
	shown := rows[:min(len(rows), unfinishedShown)]
	b.WriteString(pipeTable([]string{"Run", "Loss", "Seed", "Status", "Reason"}, []bool{false, false, true, false, false}, shown))
	if more := len(rows) - len(shown); more > 0 {
		paragraph(b, "And "+thousands(more)+" more.")
	}
}

// definitions says how the metrics are defined.
func (w *writer) definitions(b *strings.Builder) {
	bins := 0
	for _, g := range w.groups {
		for _, r := range g.Records {
			for _, curve := range r.Attempt.Result.Reliability {
				bins = max(bins, len(curve.Bins))
			}
		}
	}
	if bins == 0 {
		return
	}
	b.WriteString("\n## Definitions\n")
	paragraph(b, fmt.Sprintf("The confidence of a prediction is its largest probability. ECE: the mean distance of confidence and accuracy "+
		"over %d bins of equal width, (lower, upper] with 0 in the first, weighted by how many predictions fall into each. NLL: the mean of -log q at the label. "+
		"Brier: the mean squared distance of q and the label, summed over classes. The temperature divides the logits; it is fitted by minimising the NLL of the "+
		"validation split, never on the test split, and does not change the accuracy.", bins))
}

// reproduce says how to get the same report.
func (w *writer) reproduce(b *strings.Builder) {
	source := ""
	if w.study.Source != "" {
		source = "the sweep is described in " + code(w.study.Source)
		if w.study.Added > 0 {
			source += ", but for " + plural(w.study.Added, "run") + " that `--set` added, with the settings under [What was run](#what-was-run)"
		}
	}
	reproduce(b, source, w.study.Commit, w.study.Commands)
}

// reproduce writes the section that says where a report comes from, and what to type to get it again.
func reproduce(b *strings.Builder, source, commit string, commands []string) {
	if source == "" && len(commands) == 0 {
		return
	}
	b.WriteString("\n## How to reproduce it\n")
	var facts []string
	if source != "" {
		facts = append(facts, source)
	}
	if commit != "" {
		facts = append(facts, "this report was written by commit "+code(commit))
	}
	if len(facts) > 0 {
		text := strings.Join(facts, "; ")
		paragraph(b, strings.ToUpper(text[:1])+text[1:]+".")
	}
	if len(commands) > 0 {
		paragraph(b, "```sh\n"+strings.Join(commands, "\n")+"\n```")
	}
}

// code sets a text in a fixed width, whatever is in it.
func code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}
