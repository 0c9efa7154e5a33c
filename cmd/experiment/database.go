package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"experiment/internal/run"
	"experiment/internal/store"
)

// read opens the database for reading, passes it to f and closes it.
func (p *program) read(ctx context.Context, f func(*store.Reader) error) error {
	reader, err := p.openReader(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(reader), reader.Close())
}

// resolveAll returns the keys that the words stand for, each once.
func resolveAll(ctx context.Context, r *store.Reader, words []string) ([]run.Key, error) {
	var keys []run.Key
	for _, word := range words {
		key, err := r.Resolve(ctx, word)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// openReader opens the database for reading. One that an older version made is brought up to date first.
func (p *program) openReader(ctx context.Context) (*store.Reader, error) {
	reader, err := store.OpenReader(ctx, p.database)
	if !errors.Is(err, store.ErrOlder) {
		return reader, err
	}
	p.note("%s was made by an older version of experiment, and is brought up to date now", p.database)
	writer, failure := store.Open(ctx, p.database)
	if failure == nil {
		failure = writer.Close()
	}
	if failure != nil {
		return nil, errors.Join(err, failure)
	}
	return store.OpenReader(ctx, p.database)
}

// files returns the folder of the logs and artefacts of the database.
func (p *program) files() string { return store.Files(p.database) }

// databaseRemedies says what to do about each thing that can be wrong with a database.
var databaseRemedies = []struct {
	kind error
	hint string
}{
	{store.ErrMissing, "experiment run SWEEP.yaml makes one; --db PATH names another"},
	{store.ErrNotDatabase, "name the database of experiment with --db PATH"},
	{store.ErrDamaged, "keep a copy of the file and of the -wal file beside it; the command .recover of sqlite3 may save what is in it"},
	{store.ErrNewer, "use the program that made it, or a newer one"},
	{store.ErrOlder, "copy it, with its .files folder, to a place that can be written; the next command there brings it up to date"},
	{store.ErrFull, "make room and repeat the command: what was recorded is kept, and only what is missing is run"},
	{store.ErrReadOnly, "choose a place that can be written with --db PATH"},
	{store.ErrBusy, "wait until the other process is done, and repeat the command"},
}

// classifyStore knows the errors of the database.
func classifyStore(err error) *failure {
	for _, known := range databaseRemedies {
		if errors.Is(err, known.kind) {
			return &failure{status: statusMachine, cause: err, hint: known.hint}
		}
	}
	var unknownRun *store.UnknownRunError
	var ambiguous *store.AmbiguousError
	var unknownSweep *store.UnknownSweepError
	var unknownField *store.UnknownFieldError
	var value *store.ValueError
	hint := ""
	switch {
	case errors.Is(err, store.ErrOnlyReads):
		hint = "write one SELECT; the view results has a row for each finished run, split and calibration"
	case errors.As(err, &unknownRun):
		hint = "experiment ls lists the runs"
	case errors.As(err, &ambiguous):
		hint = "give more digits"
	case errors.As(err, &unknownSweep):
		hint = suggestion(unknownSweep.Name, unknownSweep.Known, listed("sweeps", unknownSweep.Known))
	case errors.As(err, &unknownField):
		hint = suggestion(unknownField.Field, unknownField.Known, listed("fields", unknownField.Known))
	case errors.As(err, &value):
	default:
		return nil
	}
	return &failure{status: statusUsage, cause: err, hint: hint}
}

// listed names what there is to choose from.
func listed(what string, names []string) string {
	if len(names) == 0 {
		return "there are no " + what + " yet: experiment run SWEEP.yaml records one"
	}
	return what + ": " + strings.Join(names, ", ")
}

// parseConditions reads the values of --where.
func parseConditions(texts []string) ([]store.Condition, error) {
	conditions := make([]store.Condition, len(texts))
	for i, text := range texts {
		c, err := store.ParseCondition(text)
		if err != nil {
			return nil, usageFailure(fmt.Errorf("reading --where: %w", err), "for instance --where loss=focal --where 'ece<0.05'")
		}
		conditions[i] = c
	}
	return conditions, nil
}

// parseStatuses reads the values of --status.
func parseStatuses(texts []string) ([]run.Status, error) {
	var names []string
	for _, s := range run.Statuses {
		names = append(names, string(s))
	}
	var statuses []run.Status
	for _, text := range texts {
		for name := range strings.SplitSeq(text, ",") {
			i := slices.Index(names, name)
			if i < 0 {
				return nil, usageFailure(fmt.Errorf("reading --status: there is no status %q", name), suggestion(name, names, "statuses: "+strings.Join(names, ", ")))
			}
			statuses = append(statuses, run.Statuses[i])
		}
	}
	return statuses, nil
}
