package sweep

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// maxNodes is how many values a file may have, its aliases expanded.
const maxNodes = 200_000

// nodeType tells the kinds of node apart.
type nodeType int

const (
	scalarNode nodeType = iota
	listNode
	mappingNode
)

// node is one value of a YAML file, aliases and merge keys resolved.
type node struct {
	at      position
	kind    nodeType
	scalar  scalar  // of a scalarNode
	items   []*node // of a listNode
	entries []entry // of a mappingNode, in the order of the file; keys are distinct
	size    int     // nodes in it, itself included, aliases expanded
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	at    position // of the key
	value *node
}

func (n *node) isNull() bool { return n.kind == scalarNode && n.scalar.kind == nullScalar }

// String describes the node in an error.
func (n *node) String() string {
	switch n.kind {
	case listNode:
		return "a list"
	case mappingNode:
		return "a mapping"
	}
	return n.scalar.String()
}

// converter makes nodes of the parser's syntax tree.
type converter struct {
	source  *source
	found   *problems
	anchors map[string]*node
}

func (c *converter) document(file *ast.File) *node {
	var root *node
	for _, document := range file.Docs {
		switch {
		case document.Body == nil:
		case document.Body.Type() == ast.DirectiveType:
			c.found.add(c.position(document.Body), "remove the line", "a YAML directive has no place in a sweep file")
			return nil
		case root != nil:
			c.found.add(c.position(document.Body), "keep one sweep a file", "a second YAML document begins here")
			return nil
		default:
			root = c.convert(document.Body)
		}
	}
	return root
}

func (c *converter) position(n ast.Node) position { return tokenPosition(c.source, nodeToken(n)) }

// nodeToken returns the first token of a node; the parser's own answer for a mapping in block style is
// the colon after its first key.
func nodeToken(n ast.Node) *token.Token {
	switch v := n.(type) {
	case *ast.MappingNode:
		if !v.IsFlowStyle && len(v.Values) > 0 {
			return v.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return v.Key.GetToken()
	}
	return n.GetToken()
}

// convert returns the node, or nil where it cannot be used, which it then has reported.
func (c *converter) convert(n ast.Node) *node {
	at := c.position(n)
	switch v := n.(type) {
	case *ast.MappingNode:
		return c.mapping(at, v.Values)
	case *ast.MappingValueNode:
		return c.mapping(at, []*ast.MappingValueNode{v})
	case *ast.SequenceNode:
		return c.list(at, v.Values)
	case *ast.AnchorNode:
		value := c.convert(v.Value)
		if value != nil {
			c.anchors[v.Name.GetToken().Value] = value
		}
		return value
	case *ast.AliasNode:
		return c.alias(at, v.Value.GetToken().Value)
	case *ast.LiteralNode:
		return &node{at: at, size: 1, scalar: scalar{text: v.Value.Value, quoted: true, kind: textScalar}}
	case *ast.TagNode:
		c.found.add(at, "remove the tag: types follow from the setting", "tags such as %q are not supported", shorten(n.GetToken().Value))
		return nil
	case ast.ScalarNode:
		return c.scalar(at, v.GetToken())
	}
	c.found.add(at, "", "unexpected %s", n.Type().YAMLName())
	return nil
}

func (c *converter) scalar(at position, t *token.Token) *node {
	switch t.Type {
	case token.SingleQuoteType, token.DoubleQuoteType:
		return &node{at: at, size: 1, scalar: scalar{text: t.Value, quoted: true, kind: textScalar}}
	}
	return &node{at: at, size: 1, scalar: plainScalar(t.Value)}
}

func (c *converter) alias(at position, name string) *node {
	target, ok := c.anchors[name]
	if !ok {
		c.found.add(at, nearest(name, keys(c.anchors)), "nothing before this is marked &%s", shorten(name))
		return nil
	}
	alias := *target
	alias.at = at
	return &alias
}

func (c *converter) list(at position, values []ast.Node) *node {
	list := &node{at: at, kind: listNode, size: 1}
	for _, v := range values {
		if item := c.convert(v); item != nil && !c.grow(list, item) {
			return nil
		} else if item != nil {
			list.items = append(list.items, item)
		}
	}
	return list
}

// grow counts a child, and says whether the node is still of a size to go on with.
func (c *converter) grow(parent, child *node) bool {
	parent.size += child.size
	if parent.size <= maxNodes {
		return true
	}
	c.found.add(parent.at, "", "this grows to more than %d values, its aliases expanded", maxNodes)
	return false
}

// mapping converts a mapping. Keys that it has itself win over those it merges, and of those the first.
func (c *converter) mapping(at position, values []*ast.MappingValueNode) *node {
	mapping := &node{at: at, kind: mappingNode, size: 1}
	var merged []*node
	index := make(map[string]position)
	for _, v := range values {
		keyAt := c.position(v.Key)
		value := c.convert(v.Value)
		if v.Key.Type() == ast.MergeKeyType {
			if value != nil {
				merged = append(merged, c.merges(keyAt, value)...)
			}
			continue
		}
		key, ok := c.key(v.Key, keyAt)
		if first, twice := index[key]; ok && twice {
			c.found.add(keyAt, "", "%q stands here a second time; first in line %d", shorten(key), first.line)
			continue
		}
		if !ok || value == nil {
			continue
		}
		index[key] = keyAt
		if !c.grow(mapping, value) {
			return nil
		}
		mapping.entries = append(mapping.entries, entry{key, keyAt, value})
	}
	for _, m := range merged {
		for _, e := range m.entries {
			if _, own := index[e.key]; own {
				continue
			}
			index[e.key] = e.at
			if !c.grow(mapping, e.value) {
				return nil
			}
			mapping.entries = append(mapping.entries, e)
		}
	}
	return mapping
}

// merges returns the mappings that the value of a merge key names.
func (c *converter) merges(at position, value *node) []*node {
	list := []*node{value}
	if value.kind == listNode {
		list = value.items
	}
	return slices.DeleteFunc(slices.Clone(list), func(n *node) bool {
		if n.kind == mappingNode {
			return false
		}
		c.found.add(at, "write <<: *name of a mapping", "only mappings can be merged, and this is %v", n)
		return true
	})
}

func (c *converter) key(key ast.MapKeyNode, at position) (string, bool) {
	word, ok := key.(*ast.StringNode)
	if !ok {
		c.found.add(at, "", "a key must be a word, and this is %q", shorten(key.GetToken().Value))
		return "", false
	}
	return word.Value, true
}
