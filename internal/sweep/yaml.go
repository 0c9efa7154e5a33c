package sweep

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds on nesting, in which the time of the YAML parser is quadratic.
const (
	maxNesting = 100  // brackets within brackets, or dashes behind dashes
	maxIndent  = 1000 // characters before the first of a line
)

// parseTree reads the one document of a file. It returns nil where that is empty or cannot be read.
func parseTree(src *source, text []byte, found *problems) *node {
	tokens := lexer.Tokenize(string(text))
	if t := tooDeep(tokens); t != nil {
		found.add(tokenPosition(src, t), "", "the file is nested too deeply")
		return nil
	}
	file, err := parseTokens(tokens)
	if err != nil {
		reportSyntax(src, err, found)
		return nil
	}
	c := converter{source: src, found: found, anchors: make(map[string]*node)}
	return c.document(file)
}

// reportSyntax reports what the YAML parser refused.
func reportSyntax(src *source, err error, found *problems) {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		found.add(position{source: src}, "", "%v", err)
		return
	}
	message, hint := located.GetMessage(), ""
	switch {
	case strings.Contains(message, "\t"):
		message, hint = "a tab cannot stand here", "indent with spaces"
	case strings.HasPrefix(message, "mapping value is not allowed"):
		hint = "is this line or the next one indented as it should be?"
	}
	found.add(tokenPosition(src, located.GetToken()), hint, "%s", message)
}

// parseTokens calls the YAML parser, and turns a panic of it, which would be a fault in the parser and
// none of ours, into an error: a sweep file never ends the program.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reading yaml: the parser failed: %v", r)
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// tooDeep returns the token at which the nesting passes its bound, or nil.
func tooDeep(tokens token.Tokens) *token.Token {
	depth, dashes := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		if t.Type == token.SequenceEntryType || t.Type == token.MappingKeyType {
			dashes++
		} else {
			dashes = 0
		}
		indented := (t.Prev == nil || t.Prev.Position.Line < t.Position.Line) && t.Position.Column > maxIndent
		if depth > maxNesting || dashes > maxNesting || indented {
			return t
		}
	}
	return nil
}

func tokenPosition(src *source, t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{source: src}
	}
	return position{src, t.Position.Line, max(t.Position.Column, 1)}
}
