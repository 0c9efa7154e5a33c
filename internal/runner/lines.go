package runner

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"experiment/internal/run"
)

// widestName is the most columns that names are aligned over.
const widestName = 44

// lines writes one line for each run that ended, in columns.
type lines struct {
	total int
	name  int // columns
}

func newLines(runs []run.Run) lines {
	l := lines{total: len(runs)}
	for _, r := range runs {
		l.name = max(l.name, min(utf8.RuneCountInString(name(r)), widestName))
	}
	return l
}

// name returns what a run is called among those of a sweep.
func name(r run.Run) string { return printable(fmt.Sprintf("%s seed %d", r.Label, r.Config.Seed())) }

// ended returns the line of a run:
//
//	[ 7/12] focal γ=3 seed 1    9.8 s  accuracy 81.2 %  ece  3.1 %
//	[ 8/12] focal γ=5 seed 1    2.1 s  failed: exit status 3
func (l lines) ended(number int, r run.Run, a run.Attempt) string {
	line := fmt.Sprintf("%s  %7s", l.start(number, r), FormatDuration(a.Ended.Sub(a.Started)))
	if a.Status != run.Finished {
		return fmt.Sprintf("%s  %s: %s\n", line, a.Status, a.Reason)
	}
	for _, metric := range []string{"accuracy", "ece"} {
		if value, ok := a.Result.Value(run.Test, run.Uncalibrated, metric); ok {
			line += fmt.Sprintf("  %s %4.1f %%", metric, 100*value)
		}
	}
	if a.Resumed > 0 {
		line += fmt.Sprintf("  from epoch %d", a.Resumed)
	}
	return line + "\n"
}

// skipped returns the line of a run that was not made.
func (l lines) skipped(number int, r run.Run, why string) string {
	return fmt.Sprintf("%s  %7s  skipped: %s\n", l.start(number, r), "", why)
}

func (l lines) start(number int, r run.Run) string {
	return fmt.Sprintf("[%*d/%d] %-*s", len(fmt.Sprint(l.total)), number, l.total, l.name, name(r))
}

// quote sets the end of a log off from what is around it.
func quote(tail string) string {
	if strings.TrimSpace(tail) == "" {
		return ""
	}
	return "    | " + strings.ReplaceAll(tail, "\n", "\n    | ") + "\n"
}

// stopNotice says what happens upon a stop, and what the next Ctrl-C does.
func stopNotice(level Level, underway int) string {
	runs, them := "the run under way", "it"
	if underway != 1 {
		runs, them = fmt.Sprintf("the %d runs under way", underway), "them"
	}
	switch {
	case underway == 0:
		return "stopping\n"
	case level == Graceful:
		return fmt.Sprintf("stopping after %s (Ctrl-C stops %s now)\n", runs, them)
	case level == Now:
		return fmt.Sprintf("stopping %s (Ctrl-C kills %s)\n", runs, them)
	}
	return fmt.Sprintf("killing %s\n", runs)
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
