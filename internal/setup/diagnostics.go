package setup

import (
	"path"
	"regexp"
	"strconv"
	"strings"
)

// position is a line of a file, as a compiler names it.
type position struct {
	File string
	Line int
}

// diagnostic is one error of a compiler.
type diagnostic struct {
	Text  string     // the line that reports it
	Sites []position // where it lies, and which lines it was instantiated from
}

var (
	errorLine   = regexp.MustCompile(`^(.+?):(\d+):(?:\d+:)? (?:fatal )?error: `)
	requirement = regexp.MustCompile(`^(.+?):(\d+):(?:\d+:)?\s+(?:recursively )?required (?:from|by)`)
	noteLine    = regexp.MustCompile(`^(.+?):(\d+):(?:\d+:)? note: in instantiation of`)
	newContext  = regexp.MustCompile(`^(?:In file included from|.+: (?:In |At ))`)
)

// parseDiagnostics reads the errors in what g++ or clang++ printed.
//
// An error inside a template belongs to the lines that instantiated it. g++ names these before the error, once for
// all errors of an instantiation; clang++ after each.
func parseDiagnostics(printed string) []diagnostic {
	var found []diagnostic
	var instantiated []position
	for line := range strings.Lines(printed) {
		line = strings.TrimRight(line, "\r\n")
		if match := errorLine.FindStringSubmatch(line); match != nil {
			sites := append([]position{positionOf(match)}, instantiated...)
			found = append(found, diagnostic{Text: line, Sites: sites})
		} else if match := requirement.FindStringSubmatch(line); match != nil {
			instantiated = append(instantiated, positionOf(match))
		} else if match := noteLine.FindStringSubmatch(line); match != nil && len(found) > 0 {
			last := &found[len(found)-1]
			last.Sites = append(last.Sites, positionOf(match))
		} else if newContext.MatchString(line) {
			instantiated = nil
		}
	}
	return found
}

// positionOf reads a match of a file and a line number.
func positionOf(match []string) position {
	line, err := strconv.Atoi(match[2])
	if err != nil {
		line = 0 // in no function: a number beyond any file
	}
	return position{File: path.Clean(match[1]), Line: line}
}
