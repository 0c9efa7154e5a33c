package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"experiment/internal/report"
	"experiment/internal/run"
	"experiment/internal/store"
)

func (p *program) reportCommand() *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "the report of a sweep, with its figures",
		ArgsUsage: "SWEEP",
		Description: `Writes results/reports/NAME.md and its figures into the folder
results/reports/NAME. --html adds NAME.html, the same in one file: light
and dark, tables to sort, nothing to load. --latex adds NAME.tex, the
comparison as a table of booktabs, to be \input into a paper. Each path is
printed, one a line. --png writes each figure as an image too, beside the
SVG. The same results give the same bytes. Runs that are missing are listed.

Examples:
  experiment report quickstart --html
  experiment report sweeps/mnist.yaml -o ~/notes/mnist.md --latex`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the Markdown to `FILE`, and all else beside it"},
			&cli.BoolFlag{Name: "html", Usage: "write a page beside the Markdown, with the figures in it"},
			&cli.BoolFlag{Name: "png", Usage: "write each figure as PNG too, at twice the pixels of a web page"},
			&cli.BoolFlag{Name: "latex", Usage: "write the comparison as a LaTeX table beside the Markdown"},
		},
		Action: func(c *cli.Context) error {
			word, err := oneArgument(c, "a sweep: a file or the name of a recorded one")
			if err != nil {
				return err
			}
			request := reportRequest{word: word, path: c.String("output"), html: c.Bool("html"), latex: c.Bool("latex"), png: c.Bool("png")}
			if err := request.check(); err != nil {
				return err
			}
			return p.read(c.Context, func(r *store.Reader) error { return p.report(c.Context, r, request) })
		},
	}
}

func (p *program) report(ctx context.Context, r *store.Reader, request reportRequest) error {
	s, err := p.openSweep(ctx, r, request.word, nil)
	if err != nil {
		return err
	}
	records, err := p.sweepRecords(ctx, r, s, request.word)
	if err != nil {
		return err
	}
	counts := map[run.Status]int{}
	for _, each := range records {
		counts[each.Status]++
	}
	train := "experiment run " + quoted(request.word)
	if counts[run.Failed]+counts[run.Diverged] > 0 {
		train += " --retry-failed"
	}
	finished := counts[run.Finished]
	if finished == 0 {
		return &failure{status: statusFailed, cause: fmt.Errorf("reporting on %s: none of its %s is finished", s.Name, plural(len(records), "run", "runs")), hint: train}
	}
	if err := p.addDrawn(ctx, r, records); err != nil {
		return err
	}
	source := relative(s.path)
	written, err := request.write(report.Study{
		Name: s.Name, Description: s.Description, Source: source, Commit: knownCommit(), Records: records,
		Excluded: s.Excluded, Duplicates: s.Duplicates, Added: undescribed(records, s.Runs),
		Commands: []string{"experiment run " + quoted(source), "experiment report " + s.Name},
	})
	if err != nil {
		if f := classifySystem(err); f != nil && !errors.Is(err, syscall.ENOSPC) {
			return machineFailure(err, "write it elsewhere with -o FILE")
		}
		return err
	}
	if missing := len(records) - finished; missing > 0 {
		p.note("%d of %s are not finished, and listed as missing; %s trains them", missing, plural(len(records), "run", "runs"), train)
	}
	_, err = fmt.Fprintln(p.out, strings.Join(written, "\n"))
	return err
}

// sweepRecords returns the records of a sweep: those that its file says or, for a recorded sweep, those
// that were recorded with it, which --set may have added to. Runs that are not recorded are new. All have metrics of the
// test split only.
func (p *program) sweepRecords(ctx context.Context, r *store.Reader, s namedSweep, word string) ([]run.Record, error) {
	if !namesFile(word) {
		return r.Records(ctx, store.Filter{Sweep: word}, store.TestOnly)
	}
	known, err := p.records(ctx, r, keysOf(s.Runs), store.TestOnly)
	if err != nil {
		return nil, err
	}
	records := make([]run.Record, len(s.Runs))
	for i, each := range s.Runs {
		records[i] = run.Record{Run: each, Status: run.New}
		if len(known) > 0 && known[0].Key == each.Key {
			records[i], known = known[0], known[1:]
		}
	}
	return records, nil
}

// addDrawn reads what figures show of the runs that they show.
func (p *program) addDrawn(ctx context.Context, r *store.Reader, records []run.Record) error {
	drawn, err := p.records(ctx, r, report.Drawn(records), store.TestOnly|store.History|store.Bins|store.Histograms)
	if err != nil {
		return err
	}
	byKey := make(map[run.Key]run.Record, len(drawn))
	for _, each := range drawn {
		byKey[each.Key] = each
	}
	for i := range records {
		if each, ok := byKey[records[i].Key]; ok {
			records[i] = each
		}
	}
	return nil
}

// undescribed counts the records that are not among the runs that a sweep file describes.
func undescribed(records []run.Record, described []run.Run) int {
	known := make(map[run.Key]bool, len(described))
	for _, each := range described {
		known[each.Key] = true
	}
	added := 0
	for _, r := range records {
		if !known[r.Key] {
			added++
		}
	}
	return added
}

// relative returns a path as one types it here, where the file lies below the working directory.
func relative(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	short, err := filepath.Rel(here, path)
	if err != nil || !filepath.IsLocal(short) {
		return path
	}
	return short
}

// knownCommit returns the commit of this program, and "" where it is unknown.
func knownCommit() string {
	if c := sourceCommit(); c != unknownCommit {
		return c
	}
	return ""
}
