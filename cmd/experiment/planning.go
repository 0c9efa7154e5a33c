package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
	"experiment/internal/sweep"
)

// namedSweep is a sweep and where it came from.
type namedSweep struct {
	sweep.Sweep
	path string // of its file
}

// plannedRun is a run of one of the sweeps, and what is to become of it.
type plannedRun struct {
	run.Run
	status  run.Status
	start   bool    // whether it is to be trained
	code    string  // it was finished by, empty where that is not known
	stale   bool    // finished, by other code than this
	why     string  // it is to be trained or left, for people
	seconds float64 // it may take, NaN where no sibling is finished
}

// plan is what a command line of sweeps asks for.
type plan struct {
	sweeps []namedSweep
	runs   []plannedRun // of all sweeps, each once
	needs  needs        // of memory, of those that are to be trained
}

// openSweeps reads the sweeps that the words name: files, or recorded sweeps as they were last run. The
// errors of all of them are returned together.
func (p *program) openSweeps(ctx context.Context, r *store.Reader, words, overrides []string) ([]namedSweep, error) {
	var sweeps []namedSweep
	var all error
	for _, word := range words {
		s, err := p.openSweep(ctx, r, word, overrides)
		sweeps, all = append(sweeps, s), errors.Join(all, err)
	}
	return sweeps, all
}

func (p *program) openSweep(ctx context.Context, r *store.Reader, word string, overrides []string) (namedSweep, error) {
	if namesFile(word) {
		s, err := p.loadSweep(word, overrides)
		return namedSweep{s, word}, err
	}
	recorded, err := recordedSweep(ctx, r, word)
	if err != nil {
		return namedSweep{}, err
	}
	s, err := sweep.Parse(recorded.Path, []byte(recorded.Source), overrides...)
	return namedSweep{s, recorded.Path}, err
}

// recordedSweep returns a sweep by name. A nil reader stands for a database that does not exist yet.
func recordedSweep(ctx context.Context, r *store.Reader, name string) (s store.Sweep, err error) {
	if r == nil {
		err = &store.UnknownSweepError{Name: name}
	} else {
		s, err = r.SweepByName(ctx, name)
	}
	var unknown *store.UnknownSweepError
	if !errors.As(err, &unknown) {
		return s, err
	}
	for _, path := range []string{name + ".yaml", filepath.Join("sweeps", name+".yaml")} {
		if exists(path) {
			return s, usageFailure(err, "did you mean the file "+path+"?")
		}
	}
	return s, err
}

// makePlan decides which runs are to be trained: those that are new or were interrupted and, with retry,
// those that failed or diverged. A nil reader stands for a database that does not exist yet.
func (p *program) makePlan(ctx context.Context, r *store.Reader, sweeps []namedSweep, retry bool) (plan, error) {
	made := plan{sweeps: sweeps}
	var runs []run.Run
	seen := map[run.Key]bool{}
	for _, s := range sweeps {
		for _, each := range s.Runs {
			if !seen[each.Key] {
				seen[each.Key] = true
				runs = append(runs, each)
			}
		}
	}
	states := map[run.Key]store.State{}
	expected := map[run.Key]float64{}
	if r != nil {
		var err error
		if states, err = r.States(ctx, keysOf(runs)); err != nil {
			return plan{}, err
		}
		if expected, err = r.ExpectedSeconds(ctx, runs); err != nil {
			return plan{}, err
		}
	}
	made.runs = make([]plannedRun, 0, len(runs))
	for _, each := range runs {
		planned, err := decide(each, states[each.Key], p.files(), retry)
		if err != nil {
			return plan{}, err
		}
		planned.seconds = math.NaN()
		if seconds, ok := expected[each.Key]; ok {
			planned.seconds = seconds
		}
		made.runs = append(made.runs, planned)
	}
	var err error
	made.needs, err = readNeeds(ctx, r, made.pending())
	return made, err
}

// all returns every run.
func (p plan) all() []run.Run {
	runs := make([]run.Run, len(p.runs))
	for i, r := range p.runs {
		runs[i] = r.Run
	}
	return runs
}

// pending returns the runs that are to be trained.
func (p plan) pending() []run.Run {
	var runs []run.Run
	for _, r := range p.runs {
		if r.start {
			runs = append(runs, r.Run)
		}
	}
	return runs
}

// finished returns the keys of the runs that are.
func (p plan) finished() []run.Key {
	var keys []run.Key
	for _, r := range p.runs {
		if r.status == run.Finished {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

// count returns how many runs are in one of the states.
func (p plan) count(statuses ...run.Status) int {
	n := 0
	for _, r := range p.runs {
		for _, s := range statuses {
			if r.status == s {
				n++
			}
		}
	}
	return n
}

// stale counts the runs that other code than this finished. That is no reason to train them again by itself.
func (p plan) stale() int {
	n := 0
	for _, r := range p.runs {
		if r.stale {
			n++
		}
	}
	return n
}

// duplicates and excluded count what the sweep files describe and the plan does not have.
func (p plan) duplicates() int {
	n := -len(p.runs)
	for _, s := range p.sweeps {
		n += s.Duplicates + len(s.Runs)
	}
	return n
}

func (p plan) excluded() int {
	n := 0
	for _, s := range p.sweeps {
		n += s.Excluded
	}
	return n
}

// expected returns how long the pending runs may take with so many at a time, and how many of them have no
// finished sibling to tell by.
func (p plan) expected(jobs int) (span time.Duration, unknown int) {
	var known []float64
	for _, r := range p.runs {
		switch {
		case !r.start:
		case math.IsNaN(r.seconds):
			unknown++
		default:
			known = append(known, r.seconds)
		}
	}
	return runner.Expect(known, jobs), unknown
}

// expectation says how long the pending runs may take.
func (p plan) expectation(jobs int) string {
	pending := len(p.pending())
	span, unknown := p.expected(jobs)
	about := "about " + runner.FormatDuration(span)
	switch {
	case pending == 0:
		return "nothing to do"
	case unknown == pending:
		return "unknown: no run like these is finished yet"
	case unknown > 0:
		return fmt.Sprintf("%s, and %d runs that nothing is known of", about, unknown)
	}
	return about
}
