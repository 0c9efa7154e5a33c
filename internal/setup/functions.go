package setup

import (
	"regexp"
	"strings"
)

// function is the extent of a C or C++ function's definition in a text.
type function struct {
	Name       string
	ReturnType string
	First      int // line on which its declaration starts, counted from 1
	Last       int // line of its closing brace
	body       int // offset of its opening brace
	end        int // offset behind its closing brace
}

// signature takes the return type and the name from what stands before a function's body.
var signature = regexp.MustCompile(`(?s)^(?:template\s*<[^>]*>\s*)?([A-Za-z_][\w:<>,\s*&]*?[\s*&])([A-Za-z_]\w*)\s*\(.*\)\s*$`)

// findFunctions lists the functions defined at the top level of a text, within extern "C" and namespaces too. Bodies of classes are
// passed over, as are comments, strings and preprocessor lines.
func findFunctions(text string) []function {
	var found []function
	scan := scanner{text: text}
	start := 0 // where the declaration under way begins
	for scan.next() {
		switch scan.text[scan.at] {
		case ';', '}':
			start = scan.at + 1
		case '{':
			open := scan.at
			declaration := scan.code(start, open)
			if transparent(declaration) {
				start = open + 1
				continue
			}
			if !scan.skipBlock() {
				return found
			}
			if match := signature.FindStringSubmatch(declaration); match != nil {
				first := start + strings.Index(text[start:open], strings.Fields(declaration)[0])
				found = append(found, function{
					Name:       match[2],
					ReturnType: strings.TrimSpace(match[1]),
					First:      1 + strings.Count(text[:first], "\n"),
					Last:       1 + strings.Count(text[:scan.at], "\n"),
					body:       open,
					end:        scan.at + 1,
				})
			}
			start = scan.at + 1
		}
	}
	return found
}

// transparent says whether the braces after a declaration only group what stands in them.
func transparent(declaration string) bool {
	words := strings.Fields(declaration)
	return len(words) > 0 && (words[0] == "extern" && !strings.Contains(declaration, "(") || words[0] == "namespace")
}

// scanner walks over the characters of a C++ text that are code: it passes over comments, strings, characters and preprocessor lines.
type scanner struct {
	text   string
	at     int // the present character, after a next that returned true
	behind int // where the next one may start
	blank  []span
}

// span is a part of a text, from one offset to before another.
type span struct{ from, to int }

// next moves on to the next character that is code.
func (s *scanner) next() bool {
	for s.at = s.behind; s.at < len(s.text); s.at = s.behind {
		length := s.passive()
		if length == 0 {
			s.behind = s.at + 1
			return true
		}
		s.behind = min(s.at+length, len(s.text))
		if c := s.text[s.at]; c == '/' || c == '#' {
			s.blank = append(s.blank, span{s.at, s.behind})
		}
	}
	return false
}

// passive is the length of the comment, literal or preprocessor line that starts here, 0 where none does.
func (s *scanner) passive() int {
	rest := s.text[s.at:]
	switch {
	case strings.HasPrefix(rest, "//"):
		return lengthTo(rest, "\n")
	case strings.HasPrefix(rest, "/*"):
		return 2 + lengthTo(rest[2:], "*/")
	case rest[0] == '#' && strings.TrimSpace(s.text[strings.LastIndexByte(s.text[:s.at], '\n')+1:s.at]) == "":
		return directiveLength(rest)
	case strings.HasPrefix(rest, `R"`):
		delimiter, _, _ := strings.Cut(rest[2:], "(")
		return 2 + lengthTo(rest[2:], ")"+delimiter+`"`)
	case rest[0] == '"' || rest[0] == '\'' && !s.digitSeparator():
		return literalLength(rest)
	}
	return 0
}

// digitSeparator says whether the quote here stands inside a number, as in 1'000.
func (s *scanner) digitSeparator() bool {
	return s.at > 0 && s.text[s.at-1] >= '0' && s.text[s.at-1] <= '9'
}

// skipBlock moves from an opening brace to the one that closes it, and returns false where there is none.
func (s *scanner) skipBlock() bool {
	for depth := 1; s.next(); {
		switch s.text[s.at] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return true
			}
		}
	}
	return false
}

// code is the text between two offsets without its comments and preprocessor lines, trimmed.
func (s *scanner) code(from, to int) string {
	var kept strings.Builder
	for _, gap := range s.blank {
		if gap.from < from || gap.from >= to {
			continue
		}
		kept.WriteString(s.text[from:gap.from])
		from = gap.to
	}
	kept.WriteString(s.text[from:to])
	s.blank = nil
	return strings.TrimSpace(kept.String())
}

// lengthTo is the length of text up to and with the first end, or all of it.
func lengthTo(text, end string) int {
	if i := strings.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

// directiveLength is the length of the preprocessor line at the start of text, with the lines that continue it.
func directiveLength(text string) int {
	length := 0
	for {
		line := lengthTo(text[length:], "\n")
		length += line
		if line == 0 || !strings.HasSuffix(strings.TrimRight(text[:length], "\r\n"), `\`) {
			return length
		}
	}
}

// literalLength is the length of the string or character literal at the start of text.
func literalLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0], '\n':
			return i + 1
		}
	}
	return len(text)
}
