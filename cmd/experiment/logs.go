package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"experiment/internal/run"
	"experiment/internal/store"
)

func (p *program) logsCommand() *cli.Command {
	return &cli.Command{
		Name:      "logs",
		Usage:     "the log of a run's last attempt",
		ArgsUsage: "RUN",
		Description: `Prints what the worker wrote while it computed the run: both its output streams,
libtorch's included. With --follow it goes on until the attempt under way has
ended; Ctrl-C ends it before.

Examples:
  experiment logs 3f9a
  experiment logs --follow 3f9a
  experiment logs $(experiment ls --status failed --limit 1 --format csv |
      tail -n 1 | cut -d , -f 1)`,
		Flags: []cli.Flag{&cli.BoolFlag{Name: "follow", Aliases: []string{"f"}, Usage: "go on until the run under way has ended"}},
		Action: func(c *cli.Context) error {
			prefix, err := oneArgument(c, "a run: a key or the start of one")
			if err != nil {
				return err
			}
			return p.read(c.Context, func(r *store.Reader) error {
				key, err := r.Resolve(c.Context, prefix)
				if err != nil {
					return err
				}
				if c.Bool("follow") {
					return p.followLog(c.Context, r, key)
				}
				return p.logs(c.Context, r, key)
			})
		},
	}
}

// logs prints the log of the last attempt of a run.
func (p *program) logs(ctx context.Context, r *store.Reader, key run.Key) error {
	last, err := lastAttempt(ctx, r, key)
	if err != nil {
		return err
	}
	log, err := p.openLog(last)
	if err != nil {
		return err
	}
	defer log.Close()
	n, err := io.Copy(p.out, log)
	if err != nil {
		return fmt.Errorf("reading log: %w", err)
	}
	if n == 0 {
		p.note("run %s, attempt %d, %s: the log is empty", last.Run.Short(), last.Number, last.Status)
	}
	return nil
}

// lastAttempt returns the last attempt of a run; its error is a *failure where there is none.
func lastAttempt(ctx context.Context, r *store.Reader, key run.Key) (run.Attempt, error) {
	attempts, err := r.Attempts(ctx, key, 0)
	if err != nil {
		return run.Attempt{}, err
	}
	if len(attempts) == 0 {
		return run.Attempt{}, &failure{status: statusFailed, cause: fmt.Errorf("run %s: it was never started, so it has no log", key.Short()), hint: "experiment run trains it"}
	}
	return attempts[len(attempts)-1], nil
}

// openLog opens the log of an attempt; its error is a *failure where there is none.
func (p *program) openLog(a run.Attempt) (*os.File, error) {
	path := filepath.Join(p.files(), a.Log)
	log, err := os.Open(path)
	switch {
	case a.Log == "" || errors.Is(err, fs.ErrNotExist):
		return nil, &failure{status: statusFailed, cause: fmt.Errorf("run %s, attempt %d: there is no log at %s", a.Run.Short(), a.Number, path)}
	case err != nil:
		return nil, fmt.Errorf("reading log: %w", err)
	}
	return log, nil
}
