package report

import (
	"strings"

	"experiment/internal/report/figure"
)

// File is a figure beside the Markdown, as SVG.
type File struct {
	Name  string // path relative to the folder of the Markdown, with slashes: "losses/reliability.svg"
	Bytes []byte

	drawing figure.Drawing
}

// newFile draws a figure under a name without its ending.
func newFile(name string, d figure.Drawing) (File, error) {
	svg, err := d.SVG()
	return File{name + ".svg", svg, d}, err
}

// PNG returns the same figure as PNG, under the same name but for the ending.
func (f File) PNG() (File, error) {
	image, err := f.drawing.PNG()
	return File{strings.TrimSuffix(f.Name, ".svg") + ".png", image, f.drawing}, err
}
