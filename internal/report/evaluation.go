package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"experiment/internal/evaluation"
)

// Evaluation is what the report of an evaluation is about.
type Evaluation struct {
	Result  evaluation.Result
	Files   []ReadFile // in the order they are listed in
	Commit  string     // of the program that writes the report; empty where unknown
	Command string     // what to type to do it again
}

// ReadFile is a file that was evaluated.
type ReadFile struct {
	Role   string // "logits of focal"
	Path   string
	SHA256 string // in hexadecimal; empty where it came through a pipe
}

// BuildEvaluation writes the report of an evaluation.
func BuildEvaluation(e Evaluation) (Document, error) {
	if len(e.Result.Models) == 0 {
		return Document{}, errors.New("writing the report of an evaluation: there are no models")
	}
	w := evaluationWriter{e, e.Result}
	figures, files, err := w.figures()
	if err != nil {
		return Document{}, fmt.Errorf("writing the report of an evaluation: %w", err)
	}
	var b strings.Builder
	b.WriteString("# Evaluation" + w.names() + "\n")
	paragraph(&b, w.overview())
	paragraph(&b, strings.Join(w.sentences(), " "))
	w.tables(&b)
	w.calibrations(&b)
	w.losses(&b)
	b.WriteString(figures)
	w.read(&b)
	w.definitions(&b)
	var commands []string
	if e.Command != "" {
		commands = []string{e.Command}
	}
	reproduce(&b, "", e.Commit, commands)
	w.pipes(&b)
	return Document{Markdown: []byte(b.String()), Files: files}, nil
}

// evaluationWriter holds what the parts of the report are written from.
type evaluationWriter struct {
	evaluation Evaluation
	result     evaluation.Result
}

// single says whether there is one model without a name.
func (w evaluationWriter) single() bool { return w.result.Models[0].Name == "" }

func (w evaluationWriter) fitted() bool { return w.result.Method != "" }

// names lists the models behind the title.
func (w evaluationWriter) names() string {
	if w.single() {
		return ""
	}
	var names []string
	for _, m := range w.result.Models {
		names = append(names, escape(m.Name))
	}
	return " of " + join(names)
}

// overview says what was measured on what.
func (w evaluationWriter) overview() string {
	text := fmt.Sprintf("%s of %d classes.", plural(w.result.N, "example"), w.result.Classes)
	if w.result.SoftLabels {
		text += " The labels are distributions over the classes, and every metric is its expectation over labels drawn from them."
	}
	switch w.result.Method {
	case evaluation.ByNLL:
		text += " A temperature was fitted on " + w.fittedOn() + ", at their least NLL."
	case evaluation.ByECE:
		text += " A temperature of the grid 0.1, 0.2 ... 10 was fitted on " + w.fittedOn() + ", at their least ECE."
	case evaluation.Vector:
		text += " A weight and a bias for the logarithm of each class's probability were fitted on " + w.fittedOn() + ", at their least NLL (vector scaling)."
	}
	if len(w.fittedOnMeasured()) > 0 {
		text += " **A calibration that is measured on the examples it was fitted on looks better than it is.**"
	}
	return text
}

// fittedOn says what the calibrations were fitted on.
func (w evaluationWriter) fittedOn() string {
	const measured = "the examples that are measured"
	switch names := w.fittedOnMeasured(); len(names) {
	case 0:
		return "other examples"
	case len(w.result.Models):
		return measured
	default:
		return "other examples (for " + join(names) + " on " + measured + ")"
	}
}

// fittedOnMeasured lists the models whose calibration was fitted on the examples that are measured.
func (w evaluationWriter) fittedOnMeasured() []string {
	var names []string
	for _, m := range w.result.Models {
		if m.Fitted != nil && m.Fitted.OnMeasured {
			names = append(names, escape(m.Name))
		}
	}
	return names
}

// sentences say of each model how its confidence compares with its accuracy.
func (w evaluationWriter) sentences() []string {
	var sentences []string
	for _, m := range w.result.Models {
		accuracy, hasAccuracy := valueOf(m.Metrics, "accuracy")
		confidence, hasConfidence := valueOf(m.Metrics, "mean_confidence")
		if !hasAccuracy || !hasConfidence {
			continue
		}
		subject := "The model says"
		if m.Name != "" {
			subject = escape(m.Name) + " says"
		}
		c := measureNamed("accuracy").Column
		sentences = append(sentences, fmt.Sprintf("%s %s %% in the mean, and is right in %s %% of the cases.",
			subject, c.Format(confidence, c.Digits), c.Format(accuracy, c.Digits)))
	}
	return sentences
}

func valueOf(metrics []evaluation.Metric, name string) (float64, bool) {
	for _, m := range metrics {
		if m.Name == name {
			return m.Value, true
		}
	}
	return 0, false
}

// afterwards is the heading of what was measured after a calibration.
func (w evaluationWriter) afterwards() string {
	if w.result.Method == evaluation.Vector {
		return "After vector scaling"
	}
	return "After temperature scaling"
}

// read lists the files.
func (w evaluationWriter) read(b *strings.Builder) {
	if len(w.evaluation.Files) == 0 {
		return
	}
	var rows [][]string
	for _, f := range w.evaluation.Files {
		sum := "none, of a pipe"
		if f.SHA256 != "" {
			sum = code(f.SHA256)
		}
		// A table is split at bars and lines even within code.
		path := strings.NewReplacer("|", "\\|", "\n", " ").Replace(f.Path)
		rows = append(rows, []string{escape(f.Role), code(path), sum})
	}
	b.WriteString("\n## What was read\n\n")
	b.WriteString(pipeTable([]string{"", "File", "SHA-256"}, []bool{false, false, false}, rows))
}

// pipes says which files the command does not find again.
func (w evaluationWriter) pipes(b *strings.Builder) {
	var paths []string
	for _, f := range w.evaluation.Files {
		if f.SHA256 == "" && !slices.Contains(paths, code(f.Path)) {
			paths = append(paths, code(f.Path))
		}
	}
	if w.evaluation.Command == "" || len(paths) == 0 {
		return
	}
	paragraph(b, "What came through a pipe is not there any more: save it to a file, and name that in the place of "+join(paths)+".")
}

// definitions says what the metrics that are shown are.
func (w evaluationWriter) definitions(b *strings.Builder) {
	b.WriteString("\n## Definitions\n")
	paragraph(b, fmt.Sprintf("q is what the model predicts, softmax of the logits; the confidence of a prediction is its largest probability, and the "+
		"predicted class the first of equals. There are %d bins, of equal width where nothing else is said: (lower, upper] with 0 in the first. "+
		"Logarithms are natural.", w.result.Bins))
	b.WriteByte('\n')
	for _, m := range w.result.Models[0].Metrics {
		c := measureNamed(m.Name)
		if c.doc != "" {
			fmt.Fprintf(b, "- **%s**: %s\n", escape(c.Title()), c.doc)
		}
	}
}
