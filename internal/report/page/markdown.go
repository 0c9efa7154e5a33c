package page

import (
	"bufio"
	"bytes"
	"fmt"
	stdhtml "html"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// report is a Markdown file as HTML.
type report struct {
	title    string // of its first heading
	contents []section
	body     string
	colours  map[string]bool // of its figures, #rrggbb
}

// section is what the table of contents names.
type section struct{ Anchor, Title string }

// anchorAttribute is where a heading keeps its anchor.
const anchorAttribute = "id"

// render turns Markdown into HTML with its figures in it.
func render(markdown []byte, figures []Figure) (report, error) {
	document := newParser().Parse(text.NewReader(markdown))
	r, err := outline(document, markdown)
	if err != nil {
		return report{}, err
	}
	elements := elements{figures: figures, colours: r.colours}
	var body bytes.Buffer
	err = renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(html.NewRenderer(), 1000),
		util.Prioritized(&elements, 100),
	)).Render(&body, markdown, document)
	if err != nil {
		return report{}, err
	}
	if elements.shown != len(figures) {
		return report{}, fmt.Errorf("%d figures are given, and %d are shown", len(figures), elements.shown)
	}
	r.body = body.String()
	return r, nil
}

// newParser reads Markdown as GitHub does, but for HTML, which stays text.
func newParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
}

// outline gives every heading its anchor and lists the sections.
func outline(document ast.Node, source []byte) (report, error) {
	r := report{title: "Report", colours: map[string]bool{}}
	anchors := anchors{map[string]bool{}}
	titled := false
	for n := document.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok {
			continue
		}
		title, err := plainText(h, source)
		if err != nil {
			return report{}, err
		}
		anchor := anchors.anchorOf(title)
		h.SetAttributeString(anchorAttribute, anchor)
		if !titled {
			r.title, titled = title, true
		}
		if h.Level == 2 {
			r.contents = append(r.contents, section{anchor, title})
		}
	}
	return r, nil
}

// plainText returns what a reader sees of a node, without its markup.
func plainText(n ast.Node, source []byte) (string, error) {
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	err := ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		t, ok := n.(*ast.Text)
		switch {
		case !ok || !entering:
		case t.IsRaw():
			html.DefaultWriter.RawWrite(w, t.Value(source))
		default:
			html.DefaultWriter.Write(w, t.Value(source))
		}
		if ok && entering && t.SoftLineBreak() {
			return ast.WalkContinue, w.WriteByte(' ')
		}
		return ast.WalkContinue, nil
	})
	if err == nil {
		err = w.Flush()
	}
	return stdhtml.UnescapeString(out.String()), err
}
