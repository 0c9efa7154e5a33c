package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

func (p *program) rmCommand() *cli.Command {
	return &cli.Command{
		Name:      "rm",
		Usage:     "removes runs and their files, after asking",
		ArgsUsage: "RUN...",
		Description: `Removes runs from the database and from the sweeps they belong to, with their
attempts, results, logs and artefacts, and prints what it removed. Where one of
them is being trained, none is removed. Without a terminal to ask on, --force is
needed.

Examples:
  experiment rm 3f9a 590b
  experiment rm --force $(experiment ls --status failed --format csv |
      tail -n +2 | cut -d , -f 1)`,
		Flags: []cli.Flag{&cli.BoolFlag{Name: "force", Usage: "do not ask"}},
		Action: func(c *cli.Context) error {
			if c.NArg() == 0 {
				return usageFailure(errors.New("rm needs a run: a key or the start of one"), helpHint("rm"))
			}
			return p.rm(c.Context, c.Args().Slice(), c.Bool("force"))
		},
	}
}

func (p *program) rm(ctx context.Context, words []string, force bool) error {
	var list []store.Summary
	err := p.read(ctx, func(r *store.Reader) (err error) {
		keys, err := resolveAll(ctx, r, words)
		if err != nil {
			return err
		}
		list, err = r.List(ctx, store.Filter{Keys: keys})
		return err
	})
	if err != nil {
		return err
	}
	for i, s := range list {
		list[i].Status = liveStatus(p.files(), s.Key, s.Status)
	}
	if !force {
		if agreed, err := p.askRemoval(list); err != nil || !agreed {
			return err
		}
	}
	s, err := store.Open(ctx, p.database)
	if err != nil {
		return err
	}
	removed, err := p.removeRuns(ctx, s, list)
	err = errors.Join(err, s.Close())
	if err != nil && len(removed) == 0 {
		return err
	}
	return errors.Join(p.write(removedTable(removed)), err)
}

// mostAsked is how many runs are named when asking.
const mostAsked = 20

// askRemoval asks on the terminal whether runs are to be removed.
func (p *program) askRemoval(list []store.Summary) (agreed bool, err error) {
	if !isTerminal(p.in) {
		return false, usageFailure(fmt.Errorf("removing %s: there is no terminal to ask on", plural(len(list), "run", "runs")), "--force removes without asking")
	}
	for i, s := range list {
		if i == mostAsked {
			p.say("  and %d more\n", len(list)-mostAsked)
			break
		}
		p.say("  %s  %s, seed %d, %s\n", s.Key.Short(), printable(s.Label), s.Seed, s.Status)
	}
	p.say("remove %s with all results, logs and files? [y/N] ", plural(len(list), "run", "runs"))
	answer, err := bufio.NewReader(p.in).ReadString('\n')
	if err != nil && answer == "" {
		p.say("\n") // the terminal was closed: no answer is a no
	}
	if word := strings.ToLower(strings.TrimSpace(answer)); word == "y" || word == "yes" {
		return true, nil
	}
	p.note("nothing was removed")
	return false, nil
}

// removedRun is a run that was removed, and how much it had in files.
type removedRun struct {
	store.Summary
	files int
	bytes int64
}

// claimedAtOnce is how many locks are held at a time, each of them an open file.
const claimedAtOnce = 100

// removeRuns removes runs and their files, none where one of them is being made at the start. With an error it returns
// what was removed before.
func (p *program) removeRuns(ctx context.Context, s *store.Store, list []store.Summary) ([]removedRun, error) {
	for _, each := range list {
		owner, held, err := runner.Held(p.files(), each.Key)
		if err != nil {
			return nil, err
		}
		if held {
			return nil, &runner.HeldError{Run: each.Key, Owner: owner}
		}
	}
	var removed []removedRun
	for batch := range slices.Chunk(list, claimedAtOnce) {
		done, err := p.removeBatch(ctx, s, batch)
		removed = append(removed, done...)
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// removeBatch removes runs from the database and then their files, while it holds the locks of all. What is left
// where it is killed in between are folders that belong to no run, which doctor --repair --orphans removes.
func (p *program) removeBatch(ctx context.Context, s *store.Store, list []store.Summary) (removed []removedRun, err error) {
	var claims []*runner.Claim
	defer func() {
		for _, c := range claims {
			err = errors.Join(err, c.Release())
		}
	}()
	keys := make([]run.Key, len(list))
	for i, each := range list {
		claim, err := runner.ClaimRun(p.files(), each.Key)
		if err != nil {
			return nil, err
		}
		claims = append(claims, claim)
		files, bytes, err := claim.Usage()
		if err != nil {
			return nil, err
		}
		keys[i], removed = each.Key, append(removed, removedRun{each, files, bytes})
	}
	if err := checkUnfinished(ctx, s, list, keys); err != nil {
		return nil, err
	}
	if err := s.Remove(ctx, keys); err != nil {
		return nil, err
	}
	for _, c := range claims {
		err = errors.Join(err, c.RemoveFiles())
	}
	return removed, err
}

// checkUnfinished refuses to remove a run that has finished since it was shown. The locks of the runs are held.
func checkUnfinished(ctx context.Context, s *store.Store, shown []store.Summary, keys []run.Key) error {
	statuses, err := s.Statuses(ctx, keys)
	if err != nil {
		return err
	}
	for _, each := range shown {
		if statuses[each.Key] == run.Finished && each.Status != run.Finished {
			return fmt.Errorf("removing run %s: it has finished meanwhile; repeat the command to remove it all the same", each.Key.Short())
		}
	}
	return nil
}

// removedTable has one row for each run that was removed.
func removedTable(removed []removedRun) table {
	rows := make([][]any, len(removed))
	for i, r := range removed {
		rows[i] = []any{string(r.Key), r.Label, r.Seed, string(r.Status), r.files, r.bytes}
	}
	return table{
		columns: []column{
			{name: "removed", show: shortKey}, {name: "label", elide: elideMiddle}, {name: "seed", right: true}, {name: "status"},
			{name: "files", right: true}, {name: "bytes", right: true},
		},
		rows: rowsOf(rows),
	}
}
