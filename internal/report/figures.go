package report

import (
	"fmt"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
)

// figures draws everything that the records have data for.
func (w *writer) figures() error {
	for _, draw := range []func() error{w.reliability, w.entropy, w.pareto, w.curves, w.learning, w.focalBound} {
		if err := draw(); err != nil {
			return err
		}
	}
	return nil
}

// show adds a figure to the report under a file name that no other figure has.
func (w *writer) show(name string, d figure.Drawing, shown shownFigure) error {
	path := w.study.Name + "/" + name
	for i := 2; w.hasFile(path + ".svg"); i++ {
		path = fmt.Sprintf("%s/%s-%d", w.study.Name, name, i)
	}
	file, err := newFile(path, d)
	if err != nil {
		return err
	}
	w.files = append(w.files, file)
	shown.file = file.Name
	w.shown = append(w.shown, shown)
	return nil
}

func (w *writer) hasFile(path string) bool {
	for _, f := range w.files {
		if f.Name == path {
			return true
		}
	}
	return false
}

// fileName makes a part of a file name of a title: small letters, digits and single hyphens.
func fileName(words ...string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.Join(words, "-")) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '.':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-.")
}

// heading names a section in bold, or is empty where there is only one.
func heading(settings []comparison.Setting) string {
	if name := comparison.Title(settings); name != "" {
		return "**" + escape(name) + "**"
	}
	return ""
}

// tone returns the colour of the i-th of n groups of one loss.
func tone(loss string, i, n int) colour { return figure.Shade(figure.Colour(loss), i, n) }
