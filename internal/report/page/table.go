package page

import (
	"html"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// table writes a table into a box of its own, which scrolls sideways where the screen is narrow. One whose header is
// empty lists facts: a name and a value a row.
func table(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</tbody>\n</table>\n</div>\n")
		return ast.WalkContinue, err
	}
	label, err := labelOf(n, source)
	if err != nil {
		return ast.WalkStop, err
	}
	class := "results"
	if isEmpty(n.FirstChild()) {
		class = "facts"
	}
	_, err = w.WriteString(`<div class="table" role="region" aria-label="` + html.EscapeString(label) + "\">\n<table class=\"" + class + "\">\n")
	return ast.WalkContinue, err
}

// labelOf names a table after the bold paragraph right above it, or else after its section.
func labelOf(n ast.Node, source []byte) (string, error) {
	for above := n.PreviousSibling(); above != nil; above = above.PreviousSibling() {
		switch a := above.(type) {
		case *ast.Heading:
			title, err := plainText(a, source)
			return "Table: " + title, err
		case *ast.Paragraph:
			if _, bold := a.FirstChild().(*ast.Emphasis); bold && a.ChildCount() == 1 {
				title, err := plainText(a, source)
				return "Table: " + title, err
			}
		}
	}
	return "Table", nil
}

// isEmpty says whether no cell of a row has a text.
func isEmpty(row ast.Node) bool {
	for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
		if cell.HasChildren() {
			return false
		}
	}
	return true
}

func tableHeader(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch {
	case isEmpty(n) && entering:
		return ast.WalkSkipChildren, nil
	case isEmpty(n):
		_, err := w.WriteString("<tbody>\n")
		return ast.WalkContinue, err
	case entering:
		_, err := w.WriteString("<thead>\n<tr>")
		return ast.WalkContinue, err
	}
	_, err := w.WriteString("</tr>\n</thead>\n<tbody>\n")
	return ast.WalkContinue, err
}

func tableRow(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, err := w.WriteString("<tr>")
		return ast.WalkContinue, err
	}
	_, err := w.WriteString("</tr>\n")
	return ast.WalkContinue, err
}

// tableCell writes the first cell of every row as the header of the row.
func tableCell(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag, scope := "td", ""
	switch {
	case n.Parent().Kind() == tables.KindTableHeader:
		tag, scope = "th", ` scope="col"`
	case n.PreviousSibling() == nil:
		tag, scope = "th", ` scope="row"`
	}
	if !entering {
		_, err := w.WriteString("</" + tag + ">")
		return ast.WalkContinue, err
	}
	class := ""
	if n.(*tables.TableCell).Alignment == tables.AlignRight {
		class = ` class="number"`
	}
	_, err := w.WriteString("<" + tag + scope + class + ">")
	return ast.WalkContinue, err
}
