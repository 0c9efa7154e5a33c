package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/urfave/cli/v2"

	"experiment/internal/report"
	"experiment/internal/run"
	"experiment/internal/store"
)

// reportFolder is where reports go, relative to the working directory.
const reportFolder = "results/reports"

func (p *program) reportCommand() *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "the Markdown report of a sweep, with its figures",
		ArgsUsage: "SWEEP",
		Description: `Writes results/reports/NAME.md and its figures into the folder
results/reports/NAME, and prints the path. The same results give the same bytes.
Runs that are missing are listed.

Examples:
  experiment report quickstart
  experiment report sweeps/mnist.yaml -o ~/notes/mnist.md`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE`, and the figures beside it"},
		},
		Action: func(c *cli.Context) error {
			word, err := oneArgument(c, "a sweep: a file or the name of a recorded one")
			if err != nil {
				return err
			}
			return p.read(c.Context, func(r *store.Reader) error { return p.report(c.Context, r, word, c.String("output")) })
		},
	}
}

func (p *program) report(ctx context.Context, r *store.Reader, word, path string) error {
	s, err := p.openSweep(ctx, r, word, nil)
	if err != nil {
		return err
	}
	records, err := p.sweepRecords(ctx, r, s, word)
	if err != nil {
		return err
	}
	finished := 0
	for _, each := range records {
		if each.Status == run.Finished {
			finished++
		}
	}
	if finished == 0 {
		return &failure{status: statusFailed, cause: fmt.Errorf("reporting on %s: none of its %s is finished", s.Name, plural(len(records), "run", "runs")), hint: "experiment run " + word}
	}
	source := relative(s.path)
	document, err := report.Build(report.Study{
		Name: s.Name, Description: s.Description, Source: source, Commit: knownCommit(), Records: records,
		Excluded: s.Excluded, Duplicates: s.Duplicates,
		Commands: []string{"experiment run " + source, "experiment report " + s.Name},
	})
	if err != nil {
		return err
	}
	if path == "" {
		path = filepath.Join(reportFolder, s.Name+".md")
	}
	if err := writeDocument(path, document); err != nil {
		if f := classifySystem(err); f != nil && !errors.Is(err, syscall.ENOSPC) {
			return machineFailure(err, "write it elsewhere with -o FILE")
		}
		return err
	}
	if missing := len(records) - finished; missing > 0 {
		p.note("%d of %s are not finished, and listed as missing; experiment run %s trains them", missing, plural(len(records), "run", "runs"), word)
	}
	_, err = fmt.Fprintln(p.out, path)
	return err
}

// sweepRecords returns the records of a sweep: those that its file says or, for a recorded sweep, those
// that were recorded with it, which --set may have added to. Runs that are not recorded are new.
func (p *program) sweepRecords(ctx context.Context, r *store.Reader, s namedSweep, word string) ([]run.Record, error) {
	const details = store.History | store.Bins | store.Artefacts | store.Histograms
	if !namesFile(word) {
		return r.Records(ctx, store.Filter{Sweep: word}, details)
	}
	known, err := p.records(ctx, r, keysOf(s.Runs), details)
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

// writeDocument writes a report: the figures first, so that the Markdown never shows what is not there.
func writeDocument(path string, document report.Document) error {
	for _, f := range document.Files {
		if err := writeFile(filepath.Join(filepath.Dir(path), filepath.FromSlash(f.Name)), f.Bytes); err != nil {
			return err
		}
	}
	return writeFile(path, document.Markdown)
}

// writeFile writes a file whole or not at all: under a temporary name, synced and renamed.
func writeFile(path string, content []byte) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	file, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}
