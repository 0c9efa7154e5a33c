package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
)

// drawable are the elements that a figure may consist of: nothing that loads, runs or links.
var drawable = [...]string{
	"svg", "g", "defs", "clipPath", "title", "desc", "path", "line", "polyline", "polygon", "rect", "circle", "ellipse", "text", "tspan",
}

// drawing writes a figure as it stands in HTML.
type drawing struct {
	out     strings.Builder
	prefix  string // of every id, so that no two figures share one
	label   string // what the figure shows, for those who do not see it
	colours map[string]bool
}

// inline returns a figure as an element of HTML, and adds its colours, #rrggbb in small letters. Style attributes become
// attributes of their own, which a policy without inline styles allows and which style sheets override.
func inline(svg []byte, prefix, label string, colours map[string]bool) (string, error) {
	d := drawing{prefix: prefix, label: label, colours: colours}
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	depth := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && depth == 0 && d.out.Len() > 0 {
			return d.out.String(), nil
		}
		if err != nil {
			return "", fmt.Errorf("reading svg: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			if err := d.start(t, depth == 1); err != nil {
				return "", err
			}
		case xml.EndElement:
			depth--
			d.out.WriteString("</" + t.Name.Local + ">")
		case xml.CharData:
			if depth > 0 {
				d.out.WriteString(html.EscapeString(string(t)))
			}
		}
	}
}

// start writes the start of an element; root tells the outermost one.
func (d *drawing) start(e xml.StartElement, root bool) error {
	name := e.Name.Local
	if !slices.Contains(drawable[:], name) || root != (name == "svg") {
		return refused("element", name)
	}
	d.out.WriteString("<" + name)
	if root {
		d.out.WriteString(` role="img" aria-label="` + html.EscapeString(d.label) + `"`)
	}
	for _, a := range e.Attr {
		switch {
		case a.Name.Space == "xmlns" || a.Name.Local == "xmlns":
		case a.Name.Space != "":
			return refused("attribute", a.Name.Local)
		case a.Name.Local == "style":
			for _, declaration := range strings.Split(a.Value, ";") {
				property, value, _ := strings.Cut(declaration, ":")
				if property = strings.TrimSpace(property); property == "" {
					continue
				}
				if err := d.attribute(property, strings.TrimSpace(value)); err != nil {
					return err
				}
			}
		default:
			if err := d.attribute(a.Name.Local, a.Value); err != nil {
				return err
			}
		}
	}
	d.out.WriteString(">")
	return nil
}

func refused(what, name string) error {
	return fmt.Errorf("reading svg: %s %q does not belong into a figure", what, name)
}

// What attributes are made of: names, but for those of code and links, colours, and references to the figure itself
// and to anything else.
var (
	attributeName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*$`)
	colour        = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	inner         = regexp.MustCompile(`^url\(#([^()]+)\)$`)
	outer         = regexp.MustCompile(`(?i)url\(`)
)

func (d *drawing) attribute(name, value string) error {
	if lower := strings.ToLower(name); !attributeName.MatchString(name) || strings.HasPrefix(lower, "on") || lower == "href" {
		return refused("attribute", name)
	}
	switch {
	case name == "id":
		value = d.prefix + value
	case colour.MatchString(value):
		value = strings.ToLower(value)
		d.colours[value] = true
	case inner.MatchString(value):
		value = inner.ReplaceAllString(value, "url(#"+d.prefix+"$1)")
	case outer.MatchString(value):
		return refused("value", value)
	}
	d.out.WriteString(" " + name + `="` + html.EscapeString(value) + `"`)
	return nil
}
