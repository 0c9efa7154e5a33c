package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
)

// The exit statuses. A program stopped by a signal returns statusSignal and the signal's number.
const (
	statusOK      = 0
	statusFailed  = 1 // some runs failed, or a check did not hold
	statusUsage   = 2 // wrong usage or a wrong sweep file
	statusMachine = 3 // the machine lacks something
	statusSignal  = 128
)

// failure is an error with the exit status it means and a hint at what to do. One without a cause has
// been reported already.
type failure struct {
	status int
	cause  error
	hint   string // empty where there is none; one line or several
}

func (f *failure) Error() string {
	if f.cause == nil {
		return fmt.Sprintf("exit status %d", f.status)
	}
	return f.cause.Error()
}

func (f *failure) Unwrap() error { return f.cause }

func usageFailure(cause error, hint string) error {
	return &failure{status: statusUsage, cause: cause, hint: hint}
}

func machineFailure(cause error, hint string) error {
	return &failure{status: statusMachine, cause: cause, hint: hint}
}

// finish reports an error to the user and returns the exit status. A reader that went away, as head
// does, is told nothing.
func (p *program) finish(err error) int {
	if err == nil {
		return statusOK
	}
	if errors.Is(err, syscall.EPIPE) {
		return statusSignal + int(syscall.SIGPIPE)
	}
	f := classify(err)
	if f.cause != nil {
		p.complain(f)
	}
	return f.status
}

// complain writes the error and its hint. Messages of several lines, such as those of a sweep file, come
// with their own places and stand as they are.
func (p *program) complain(f *failure) {
	var text strings.Builder
	message := strings.TrimRight(f.cause.Error(), "\n")
	if isLocated(f.cause) {
		text.WriteString(message + "\n")
	} else {
		text.WriteString("experiment: " + strings.TrimPrefix(message, "experiment: ") + "\n")
	}
	for line := range strings.Lines(f.hint) {
		text.WriteString("hint: " + strings.TrimRight(line, "\n") + "\n")
	}
	p.say("%s", text.String())
}

// say writes to stderr. Nobody can be told that stderr is gone.
func (p *program) say(layout string, values ...any) {
	if _, err := fmt.Fprintf(p.err, layout, values...); err != nil {
		p.err = discard{}
	}
}

// discard is where messages go once stderr is closed.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// note writes a message to stderr that --quiet leaves out.
func (p *program) note(layout string, values ...any) {
	if !p.quiet {
		p.say(layout+"\n", values...)
	}
}

// detail writes a message to stderr that only --verbose asks for.
func (p *program) detail(layout string, values ...any) {
	if p.verbose {
		p.say(layout+"\n", values...)
	}
}

// classify finds the exit status of an error and a hint for it, by what went wrong underneath.
func classify(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	for _, known := range []func(error) *failure{classifySweep, classifyComparison, classifyField, classifyRunner, classifyStore, classifySystem} {
		if f := known(err); f != nil {
			return f
		}
	}
	return &failure{status: statusFailed, cause: err}
}

// classifySystem knows what the operating system refuses.
func classifySystem(err error) *failure {
	f := &failure{status: statusMachine, cause: err}
	switch {
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		f.hint = "choose a place that can be written, for instance with --db"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		f.hint = "the disk is full: make room and repeat the command; what was recorded is kept"
	case errors.Is(err, fs.ErrNotExist):
		f.status = statusUsage
	case errors.Is(err, context.Canceled):
		f.status = statusSignal + int(syscall.SIGINT)
	default:
		return nil
	}
	return f
}
