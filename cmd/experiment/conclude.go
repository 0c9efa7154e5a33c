package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/term"

	"experiment/internal/report"
	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

// messages is stderr for others to write to. That it is gone is no reason to stop training.
type messages struct{ program *program }

func (m messages) Write(b []byte) (int, error) {
	m.program.say("%s", b)
	return len(b), nil
}

// progressWidth returns what measures the terminal at stderr, and nil where there is none.
func (p *program) progressWidth() func() int {
	file, ok := p.err.(*os.File)
	if !ok || !isTerminal(file) || p.getenv("TERM") == "dumb" {
		return nil
	}
	return func() int {
		width, _, err := term.GetSize(int(file.Fd()))
		if err != nil {
			return 80
		}
		return width
	}
}

// summarise says what became of the runs that were started, and where to look on.
func (p *program) summarise(s runner.Summary) {
	var parts []string
	for _, part := range []struct {
		n    int
		text string
	}{
		{s.Finished, "finished"}, {s.Failed, "failed"}, {s.Diverged, "diverged"}, {s.Interrupted, "interrupted"},
		{s.Elsewhere, "being trained by another process"}, {s.Already, "finished by another process"}, {s.Left, "not started"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.text))
		}
	}
	if len(parts) > 0 {
		p.note("%s in %s", strings.Join(parts, ", "), runner.FormatDuration(s.Elapsed))
	}
}

// conclude prints the comparison of the runs that are finished now, and says what is missing. The outcome
// is how training ended.
func (p *program) conclude(ctx context.Context, s *store.Store, made plan, outcome error) error {
	var stopped *runner.Stopped
	if errors.As(outcome, &stopped) {
		return &failure{
			status: statusSignal + signalNumber(stopped.Signal), cause: outcome,
			hint: "repeat the command to go on: finished runs stay, the others start from their checkpoints",
		}
	}
	if outcome != nil && classify(outcome).status == statusMachine {
		return outcome
	}
	records, err := p.records(ctx, s.Reader, made.keys(), 0)
	if err != nil {
		return err
	}
	if err := p.writeComparison(report.Compare(records)); err != nil {
		return err
	}
	return p.missing(made, records, outcome)
}

func signalNumber(s os.Signal) int {
	if number, ok := s.(syscall.Signal); ok {
		return int(number)
	}
	return int(syscall.SIGINT)
}

// keys returns the keys of the plan's runs in their order.
func (p plan) keys() []run.Key {
	keys := make([]run.Key, len(p.runs))
	for i, r := range p.runs {
		keys[i] = r.Key
	}
	return keys
}

// records reads the records of runs in the order of their keys.
func (p *program) records(ctx context.Context, r *store.Reader, keys []run.Key, details store.Detail) ([]run.Record, error) {
	records, err := r.Records(ctx, store.Filter{Keys: keys}, details)
	if err != nil {
		return nil, err
	}
	return inOrder(records, keys), nil
}

// inOrder puts records into the order of keys. Keys without a record are left out.
func inOrder(records []run.Record, keys []run.Key) []run.Record {
	byKey := make(map[run.Key]run.Record, len(records))
	for _, each := range records {
		byKey[each.Key] = each
	}
	ordered := make([]run.Record, 0, len(records))
	for _, key := range keys {
		if each, ok := byKey[key]; ok {
			ordered = append(ordered, each)
		}
	}
	return ordered
}

// writeComparison prints a comparison in the format that was asked for.
func (p *program) writeComparison(c report.Comparison) error {
	if c.Empty() {
		return nil
	}
	var text []byte
	var err error
	switch p.format {
	case formatTable:
		var s string
		s, err = c.Text(p.width(), p.color)
		text = []byte(s)
	case formatMarkdown:
		text = []byte(c.Markdown())
	case formatCSV:
		text, err = c.CSV()
	case formatJSON:
		text, err = c.JSON()
	case formatJSONL:
		text, err = c.JSONLines()
	}
	if err != nil {
		return err
	}
	if !p.quiet && p.format == formatTable && isTerminal(p.out) {
		text = append([]byte("\n"), text...)
	}
	_, err = p.out.Write(text)
	if err == nil && len(text) > 0 && text[len(text)-1] != '\n' {
		_, err = io.WriteString(p.out, "\n")
	}
	return err
}

// missing returns a failure where the sweeps lack runs that failed. The outcome is how training ended.
func (p *program) missing(made plan, records []run.Record, outcome error) error {
	var failed []run.Record
	for _, r := range records {
		if r.Status == run.Failed || r.Status == run.Diverged {
			failed = append(failed, r)
		}
	}
	if len(failed) == 0 {
		if made.count(run.Finished) == len(made.runs) {
			p.note("all %s were finished earlier: nothing to %s", plural(len(made.runs), "run", "runs"), doing(made.all(), "train", "compute"))
		}
		return outcome
	}
	message := fmt.Sprintf("%s: %d of %s failed", doing(made.all(), "training", "computing"), len(failed), plural(len(made.runs), "run", "runs"))
	if len(made.pending()) == 0 {
		message += " earlier"
	}
	if outcome != nil {
		message += "; " + outcome.Error()
	}
	return &failure{
		status: statusFailed, cause: errors.New(message),
		hint: fmt.Sprintf("experiment logs %s shows why; --retry-failed trains them again", failed[0].Key.Short()),
	}
}

// classifyRunner knows why the runner ended.
func classifyRunner(err error) *failure {
	var start *runner.StartError
	var folder *runner.FolderError
	var policy *runner.PolicyError
	var stopped *runner.Stopped
	var held *runner.HeldError
	switch {
	case errors.As(err, &held):
		return &failure{status: statusFailed, cause: err, hint: "wait until it is done, or stop that process"}
	case errors.As(err, &start):
		return &failure{status: statusMachine, cause: err, hint: workerHint(start.Output, start.Err)}
	case errors.As(err, &folder):
		hint := "choose a place that can be written with --db PATH"
		// What a worker reports comes as text.
		if errors.Is(err, store.ErrFull) || strings.Contains(err.Error(), syscall.ENOSPC.Error()) {
			hint = "the disk is full: make room and repeat the command; what was recorded is kept"
		}
		return &failure{status: statusMachine, cause: err, hint: hint}
	case errors.As(err, &policy):
		return &failure{status: statusFailed, cause: err}
	case errors.As(err, &stopped):
		return &failure{status: statusSignal + signalNumber(stopped.Signal), cause: err}
	}
	return nil
}
