package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"experiment/internal/store"
)

func (p *program) logsCommand() *cli.Command {
	return &cli.Command{
		Name:      "logs",
		Usage:     "the log of a run's last attempt",
		ArgsUsage: "RUN",
		Description: `Prints what the worker wrote while it computed the run: both its output streams,
libtorch's included.

Examples:
  experiment logs 3f9a
  experiment logs $(experiment ls --status failed --limit 1 --format csv |
      tail -n 1 | cut -d , -f 1)`,
		Action: func(c *cli.Context) error {
			prefix, err := oneArgument(c, "a run: a key or the start of one")
			if err != nil {
				return err
			}
			return p.read(c.Context, func(r *store.Reader) error { return p.logs(c, r, prefix) })
		},
	}
}

func (p *program) logs(c *cli.Context, r *store.Reader, prefix string) error {
	key, err := r.Resolve(c.Context, prefix)
	if err != nil {
		return err
	}
	attempts, err := r.Attempts(c.Context, key, 0)
	if err != nil {
		return err
	}
	if len(attempts) == 0 {
		return &failure{status: statusFailed, cause: fmt.Errorf("run %s: it was never started, so it has no log", key.Short()), hint: "experiment run trains it"}
	}
	last := attempts[len(attempts)-1]
	path := filepath.Join(p.files(), last.Log)
	log, err := os.Open(path)
	switch {
	case last.Log == "" || errors.Is(err, fs.ErrNotExist):
		return &failure{status: statusFailed, cause: fmt.Errorf("run %s, attempt %d: there is no log at %s", key.Short(), last.Number, path)}
	case err != nil:
		return fmt.Errorf("reading log: %w", err)
	}
	defer log.Close()
	n, err := io.Copy(p.out, log)
	if err != nil {
		return fmt.Errorf("reading log: %w", err)
	}
	if n == 0 {
		p.note("run %s, attempt %d, %s: the log is empty", key.Short(), last.Number, last.Status)
	}
	return nil
}
