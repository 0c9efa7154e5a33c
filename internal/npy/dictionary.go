package npy

import (
	"bytes"
	"fmt"
	"strconv"
)

// maxDimensions is how many dimensions NumPy allows.
const maxDimensions = 64

// dictionary parses the Python dictionary of a header. The first error stays, and ends every loop.
type dictionary struct {
	text  []byte
	at    int
	start int // where text is in the file
	err   error
}

// parseDictionary parses {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), } with its keys in any
// order, each there once. text begins at byte start of the file.
func parseDictionary(text []byte, start int) (header, error) {
	d := &dictionary{text: text, start: start}
	var h header
	seen := map[string]bool{}
	d.expect("{")
	for d.err == nil && !d.accept("}") {
		at := d.skip()
		key := d.str()
		if seen[key] {
			d.fail(at, "key %q stands twice", key)
		}
		seen[key] = true
		d.expect(":")
		switch key {
		case "descr":
			h.descr = d.descr()
		case "fortran_order":
			h.fortran = d.boolean()
		case "shape":
			h.shape = d.tuple()
		default:
			d.fail(at, "key %q is not one of descr, fortran_order, shape", key)
		}
		if !d.accept(",") {
			d.expect("}")
			break
		}
	}
	if at := d.skip(); at != len(text) {
		d.fail(at, "%q follows the dictionary", clip(text[at:]))
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			d.fail(len(text), "key %q is missing", key)
		}
	}
	return h, d.err
}

// fail notes the first error, at an offset of the text.
func (d *dictionary) fail(at int, format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("byte %d: %w", d.start+at, fmt.Errorf(format, args...))
	}
}

// skip passes over blanks and returns where the next token starts.
func (d *dictionary) skip() int {
	for d.at < len(d.text) && bytes.IndexByte([]byte(" \t\r\n"), d.text[d.at]) >= 0 {
		d.at++
	}
	return d.at
}

// accept passes over a token where it comes next.
func (d *dictionary) accept(token string) bool {
	if d.err != nil || !bytes.HasPrefix(d.text[d.skip():], []byte(token)) {
		return false
	}
	d.at += len(token)
	return true
}

func (d *dictionary) expect(token string) {
	if !d.accept(token) {
		d.fail(d.at, "%q is expected, not %q", token, clip(d.text[d.at:]))
	}
}

// str parses a string without escapes, in single or double quotes.
func (d *dictionary) str() string {
	quote := "'"
	if !d.accept(quote) {
		quote = `"`
		if !d.accept(quote) {
			d.fail(d.at, "a string is expected, not %q", clip(d.text[d.at:]))
			return ""
		}
	}
	length := bytes.IndexAny(d.text[d.at:], quote+"\\\n")
	if length < 0 || d.text[d.at+length] != quote[0] {
		d.fail(d.at, "a string does not end")
		return ""
	}
	s := string(d.text[d.at : d.at+length])
	d.at += length + 1
	return s
}

// descr parses the name of an element type; a list is that of a structured one.
func (d *dictionary) descr() string {
	if at := d.skip(); d.accept("[") {
		d.fail(at, "elements are structures, not numbers: save one field of the array")
		return ""
	}
	return d.str()
}

func (d *dictionary) boolean() bool {
	if d.accept("True") {
		return true
	}
	if !d.accept("False") {
		d.fail(d.at, "True or False is expected, not %q", clip(d.text[d.at:]))
	}
	return false
}

// tuple parses (), (3,) or (3, 2), with or without a comma at the end of more than one; each number may have the L
// of Python 2.
func (d *dictionary) tuple() []int {
	var shape []int
	d.expect("(")
	for d.err == nil && !d.accept(")") {
		if len(shape) == maxDimensions {
			d.fail(d.at, "more than %d dimensions", maxDimensions)
		}
		shape = append(shape, d.length())
		if !d.accept(",") {
			if len(shape) == 1 {
				d.fail(d.at, "a comma is expected, not %q", clip(d.text[d.at:]))
			}
			d.expect(")")
			break
		}
	}
	return shape
}

// length parses the length of one dimension.
func (d *dictionary) length() int {
	start := d.skip()
	for d.at < len(d.text) && '0' <= d.text[d.at] && d.text[d.at] <= '9' {
		d.at++
	}
	digits := d.text[start:d.at]
	if len(digits) == 0 {
		d.fail(start, "a length is expected, not %q", clip(d.text[start:]))
		return 0
	}
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		d.fail(start, "length %q is too large", clip(digits))
	}
	if d.at < len(d.text) && d.text[d.at] == 'L' {
		d.at++
	}
	return n
}

// clip shortens what an error quotes.
func clip(text []byte) []byte { return text[:min(len(text), 20)] }
