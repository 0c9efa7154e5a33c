package setup

import (
	"regexp"
	"strings"
)

// exported matches the names of gotch's C interface, which report errors to Go. Helpers that only C++ calls have other names.
var exported = regexp.MustCompile(`^at[a-z]?_`)

// functionAt is the exported function that a line lies in.
func functionAt(functions []function, line int) (function, bool) {
	for _, f := range functions {
		if f.First <= line && line <= f.Last {
			return f, exported.MatchString(f.Name)
		}
	}
	return function{}, false
}

// stub gives the named functions of a text a body that does nothing but fail, as gotch's functions fail: the error is kept for the caller to fetch.
func stub(text string, functions []function, names map[string]bool) string {
	var out strings.Builder
	from := 0
	for _, f := range functions {
		if !names[f.Name] {
			continue
		}
		out.WriteString(text[from:f.body])
		out.WriteString(failingBody(f))
		from = f.end
	}
	out.WriteString(text[from:])
	return out.String()
}

// failingBody is a function body that throws into gotch's macro PROTECT and returns a zero, where something is to be returned.
func failingBody(f function) string {
	body := "{\n  PROTECT(throw std::runtime_error(\"" + f.Name + ": not available in this libtorch\");)\n"
	if f.ReturnType != "void" {
		body += "  return {};\n"
	}
	return body + "}"
}
