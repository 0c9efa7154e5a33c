package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"experiment/internal/reproduction"
	"experiment/internal/run"
	"experiment/internal/store"
)

func (p *program) reproduceCommand() *cli.Command {
	return &cli.Command{
		Name:      "reproduce",
		Usage:     "trains recorded runs again and compares every digit",
		ArgsUsage: "RUN...",
		Description: `Trains finished runs again in a temporary folder, on the kind of device and with
the number of threads they were recorded with, and compares every metric, bin,
epoch and file with what is recorded. Nothing is recorded.

A run is identical, bit for bit; or numbers differ on the same provenance, and
the exit status is 1; or they differ and so does what they were computed on (a
commit, a library, a processor), which is shown and is no error. What is not
known of an older record is no difference.

With --sample the argument is a sweep, a file or the name of a recorded one, and
N of its finished runs are drawn at random.

Examples:
  experiment reproduce 3f9a
  experiment reproduce --sample 5 quickstart
  experiment reproduce 3f9a --format json | jq '.[0].differences'`,
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "sample", Usage: "draw `N` finished runs of a sweep"},
			&cli.Uint64Flag{Name: "seed", Usage: "draw them with the seed `S`, which repeats a draw"},
			jobsFlag(),
			jobsPerGPUFlag(),
			&cli.IntFlag{Name: "threads", Usage: "`N` threads for each run (as recorded)"},
			&cli.StringFlag{Name: "device", Usage: "train on a `DEVICE` (as recorded): auto, cpu, cuda, cuda:0,1"},
			&cli.DurationFlag{Name: "timeout", Usage: "end a run that takes longer than a `TIME`, such as 30m"},
		},
		Action: func(c *cli.Context) error {
			settings, err := readReproducing(c)
			if err != nil {
				return err
			}
			return p.reproduce(c.Context, c.Args().Slice(), settings)
		},
	}
}

// reproducing is what the flags of reproduce say.
type reproducing struct {
	sample  int // 0 for the runs that are named
	seed    uint64
	jobs    jobsWanted // threads are 0 for those recorded
	device  string     // empty for that recorded
	timeout time.Duration
}

func readReproducing(c *cli.Context) (reproducing, error) {
	s := reproducing{sample: c.Int("sample"), seed: c.Uint64("seed"), device: c.String("device"), timeout: c.Duration("timeout")}
	wrong := func(layout string, values ...any) (reproducing, error) {
		return reproducing{}, usageFailure(fmt.Errorf(layout, values...), helpHint("reproduce"))
	}
	var err error
	if s.jobs.number, err = readJobsNumber(c); err != nil {
		return reproducing{}, err
	}
	s.jobs.threads, s.jobs.perGPU = c.Int("threads"), c.Int("jobs-per-gpu")
	switch {
	case s.jobs.perGPU < 0, c.IsSet("jobs-per-gpu") && s.jobs.perGPU == 0:
		return wrong("reading --jobs-per-gpu: %d is below 1", s.jobs.perGPU)
	case c.IsSet("threads") && s.jobs.threads < 1:
		return wrong("reading --threads: %d is below 1", s.jobs.threads)
	case c.IsSet("sample") && s.sample < 1:
		return wrong("reading --sample: %d is below 1", s.sample)
	case c.IsSet("seed") && s.sample == 0:
		return wrong("--seed is of a draw, and there is no --sample")
	case c.IsSet("timeout") && s.timeout <= 0:
		return wrong("reading --timeout: %v is not above 0", s.timeout)
	case s.sample > 0 && c.NArg() != 1:
		return wrong("reproduce --sample needs one sweep, and here are %s", plural(c.NArg(), "argument", "arguments"))
	case c.NArg() == 0:
		return wrong("reproduce needs a run: a key or the start of one")
	}
	if s.sample > 0 && !c.IsSet("seed") {
		s.seed = rand.Uint64N(1_000_000)
	}
	return s, nil
}

// reproduced is a run that was made again, and how it compares.
type reproduced struct {
	record run.Record
	again  run.Attempt
	reproduction.Comparison
}

func (p *program) reproduce(ctx context.Context, words []string, settings reproducing) error {
	var records []run.Record
	var groups map[run.Key][]run.Run
	err := p.read(ctx, func(r *store.Reader) (err error) {
		if records, err = p.chooseRecords(ctx, r, words, settings); err == nil {
			groups, err = p.groupsOf(ctx, r, records)
		}
		return err
	})
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "experiment-reproduce-*")
	if err != nil {
		return fmt.Errorf("making a temporary folder: %w", err)
	}
	made, outcome := p.makeAgain(ctx, records, groups, settings, folder)
	if err := os.RemoveAll(folder); err != nil {
		outcome = errors.Join(outcome, fmt.Errorf("removing the temporary folder: %w", err))
	}
	var all []reproduced
	for _, record := range records {
		if again, ok := made[record.Key]; ok {
			r := reproduced{record: record, again: again}
			if again.Status == run.Finished {
				r.Comparison = reproduction.Compare(record.Attempt, again)
			}
			all = append(all, r)
		}
	}
	if err := p.writeReproduced(all); err != nil {
		return err
	}
	if outcome != nil {
		return outcome
	}
	return judge(all)
}

// chooseRecords reads what is recorded of the runs that are to be made again.
func (p *program) chooseRecords(ctx context.Context, r *store.Reader, words []string, settings reproducing) ([]run.Record, error) {
	var keys []run.Key
	var err error
	if settings.sample > 0 {
		keys, err = p.draw(ctx, r, words[0], settings)
	} else {
		keys, err = resolveAll(ctx, r, words)
	}
	if err != nil {
		return nil, err
	}
	records, err := p.records(ctx, r, keys, store.History|store.Bins|store.Artefacts|store.Histograms)
	if err != nil {
		return nil, err
	}
	for _, each := range records {
		if each.Status != run.Finished {
			status := liveStatus(p.files(), each.Key, each.Status)
			return nil, &failure{
				status: statusFailed, cause: fmt.Errorf("run %s is %s: only what finished can be compared", each.Key.Short(), status),
				hint: "experiment run, with its sweep, trains it",
			}
		}
	}
	return records, nil
}

// draw chooses finished runs of a sweep at random, and returns their keys in the order of the sweep.
func (p *program) draw(ctx context.Context, r *store.Reader, word string, settings reproducing) ([]run.Key, error) {
	filter := store.Filter{Statuses: []run.Status{run.Finished}}
	if namesFile(word) {
		s, err := p.loadSweep(word, nil)
		if err != nil {
			return nil, err
		}
		filter.Keys = keysOf(s.Runs)
	} else {
		filter.Sweep = word
	}
	list, err := r.List(ctx, filter)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, &failure{status: statusFailed, cause: fmt.Errorf("sweep %s has no finished run", word), hint: "experiment run " + word}
	}
	chosen := rand.New(rand.NewPCG(settings.seed, 0)).Perm(len(list))[:min(settings.sample, len(list))]
	slices.Sort(chosen)
	keys := make([]run.Key, len(chosen))
	for i, at := range chosen {
		keys[i] = list[at].Key
	}
	p.note("drew %d of %s with --seed %d", len(keys), plural(len(list), "finished run", "finished runs"), settings.seed)
	return keys, nil
}

// judge returns a failure where a run failed, or differs on the same provenance.
func judge(all []reproduced) error {
	different, failed := 0, 0
	for _, r := range all {
		switch {
		case r.again.Status != run.Finished:
			failed++
		case r.Verdict() == reproduction.Different:
			different++
		}
	}
	var parts []string
	if different > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s came out otherwise on the same provenance", different, plural(len(all), "run", "runs")))
	}
	if failed > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s did not finish", failed, plural(len(all), "run", "runs")))
	}
	if len(parts) == 0 {
		return nil
	}
	return &failure{status: statusFailed, cause: errors.New("reproducing: " + strings.Join(parts, ", "))}
}
