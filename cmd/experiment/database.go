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

// resolveEach returns the keys that the words stand for.
func resolveEach(ctx context.Context, r *store.Reader, words []string) ([]run.Key, error) {
	keys := make([]run.Key, len(words))
	for i, word := range words {
		var err error
		if keys[i], err = r.Resolve(ctx, word); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// resolveAll returns the keys that the words stand for, each once.
func resolveAll(ctx context.Context, r *store.Reader, words []string) ([]run.Key, error) {
	all, err := resolveEach(ctx, r, words)
	var keys []run.Key
	for _, key := range all {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys, err
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
	hint := ""
	switch {
	case errors.Is(err, store.ErrOnlyReads):
		hint = "write one SELECT; the view results has a row for each finished run, split and calibration"
	case errors.As(err, &unknownRun):
		hint = "experiment ls lists the runs"
	case errors.As(err, &ambiguous):
		hint = candidateHint(ambiguous)
	case errors.As(err, &unknownSweep):
		hint = suggestion(unknownSweep.Name, unknownSweep.Known, listed("sweeps", unknownSweep.Known))
	default:
		return nil
	}
	return &failure{status: statusUsage, cause: err, hint: hint}
}

// candidateHint lists the runs that an ambiguous key may mean, each by as much of its key as tells them apart.
func candidateHint(e *store.AmbiguousError) string {
	digits := max(len(e.Prefix)+1, len(e.Candidates[0].Key.Short()))
	for i, c := range e.Candidates[1:] {
		previous := e.Candidates[i].Key
		for digits < len(c.Key) && c.Key[:digits] == previous[:digits] {
			digits++
		}
	}
	text := "give more digits; the candidates are"
	for _, c := range e.Candidates {
		text += fmt.Sprintf("\n  %s  %s, seed %d", c.Key[:min(digits, len(c.Key))], printable(c.Label), c.Seed)
	}
	if e.More {
		text += "\n  ..."
	}
	return text
}

// listed names what there is to choose from.
func listed(what string, names []string) string {
	if len(names) == 0 {
		return "there are no " + what + " yet: experiment run SWEEP.yaml records one"
	}
	return what + ": " + strings.Join(names, ", ")
}
