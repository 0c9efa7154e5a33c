package page

import (
	"errors"
	"fmt"
	"html"
	"slices"
	"strconv"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// elements writes what a page shows in its own way: headings, figures and tables.
type elements struct {
	figures []Figure
	shown   int             // figures so far
	colours map[string]bool // of those
}

// RegisterFuncs implements renderer.NodeRenderer.
func (e *elements) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, e.heading)
	r.Register(ast.KindParagraph, e.paragraph)
	r.Register(ast.KindImage, misplaced)
	r.Register(tables.KindTable, table)
	r.Register(tables.KindTableHeader, tableHeader)
	r.Register(tables.KindTableRow, tableRow)
	r.Register(tables.KindTableCell, tableCell)
}

// heading ends in a link to itself.
func (e *elements) heading(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	level := n.(*ast.Heading).Level
	value, _ := n.AttributeString(anchorAttribute)
	anchor, linked := value.(string)
	if !linked {
		return ast.WalkStop, errors.New("a heading stands within something else")
	}
	if entering {
		_, err := fmt.Fprintf(w, `<h%d id="%s">`, level, anchor)
		return ast.WalkContinue, err
	}
	title, err := plainText(n, source)
	if err != nil {
		return ast.WalkStop, err
	}
	_, err = fmt.Fprintf(w, ` <a class="anchor" href="#%s" aria-label="%s">#</a></h%d>`+"\n", anchor, html.EscapeString("Link to "+title), level)
	return ast.WalkContinue, err
}

// paragraph writes one that holds nothing but an image as a figure.
func (e *elements) paragraph(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	image, ok := n.FirstChild().(*ast.Image)
	switch {
	case ok && n.ChildCount() == 1:
		if entering {
			return ast.WalkSkipChildren, e.figure(w, source, image)
		}
		return ast.WalkContinue, nil
	case entering:
		_, err := w.WriteString("<p>")
		return ast.WalkContinue, err
	}
	_, err := w.WriteString("</p>\n")
	return ast.WalkContinue, err
}

// figure writes an image as a drawing with a number, by which it can be cited, and a caption. Identifiers with a
// point are never those of headings.
func (e *elements) figure(w util.BufWriter, source []byte, image *ast.Image) error {
	name := string(image.Destination)
	i := slices.IndexFunc(e.figures, func(f Figure) bool { return f.Name == name })
	if i < 0 {
		return fmt.Errorf("showing %s: there is no such figure", name)
	}
	e.shown++
	label, err := plainText(image, source)
	if err != nil {
		return err
	}
	id := "figure." + strconv.Itoa(e.shown)
	drawing, err := inline(e.figures[i].SVG, id+".", label, e.colours)
	if err != nil {
		return fmt.Errorf("showing %s: %w", name, err)
	}
	_, err = fmt.Fprintf(w, "<figure class=\"figure\" id=%q>\n<div class=\"canvas\">\n%s\n</div>\n<figcaption><a href=\"#%s\">Figure %d</a>: %s</figcaption>\n</figure>\n",
		id, drawing, id, e.shown, html.EscapeString(label))
	return err
}

// misplaced refuses an image that is not a paragraph of its own.
func misplaced(_ util.BufWriter, _ []byte, n ast.Node, _ bool) (ast.WalkStatus, error) {
	return ast.WalkStop, fmt.Errorf("image %s stands within a text", n.(*ast.Image).Destination)
}
