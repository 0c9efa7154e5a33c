package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"
)

func (p *program) runCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "trains what a sweep asks for and the database lacks",
		ArgsUsage: "SWEEP...",
		Description: `Expands the sweeps, skips the runs that are finished, trains the others and
prints the comparison. It is always safe to repeat: a run is its configuration
and seed, so an edited sweep trains only what is new. Failed runs are trained
again with --retry-failed only.

The first Ctrl-C starts nothing new and lets the runs under way end; the second
stops them now; the third kills them. What is recorded stays, and what was under
way goes on from its last checkpoint, to the same digits, when the command is
repeated.

With --jobs auto as many runs are trained at a time as there are cores for their
threads, or GPUs, and memory: what finished runs like them took, or 1 GiB each.

A worker may train several runs in lockstep that differ in loss, coefficients,
learning rate, weight decay and seed only: with --fuse auto small networks on a
CPU, which that makes faster, to the same digits. With --fuse 8 it is up to 8 of
any network; those with convolutions then differ in the last digits from runs
that were trained alone.

Without --set the sweep has the runs that its file says; with it, runs are added
to it.

Examples:
  experiment run sweeps/quickstart.yaml
  experiment run sweeps/mnist.yaml --data-dir ~/data --jobs 4
  experiment run sweeps/quickstart.yaml --set optimizer.lr=0.02,0.1 --dry-run`,
		Flags: []cli.Flag{
			jobsFlag(),
			jobsPerGPUFlag(),
			threadsFlag(),
			fuseFlag(),
			&cli.StringFlag{Name: "device", Usage: "train on a `DEVICE`: auto (the default), cpu, cuda, cuda:0,1"},
			&cli.BoolFlag{Name: "cuda-graph", Usage: "on a GPU, record a step and replay it, which is checked to leave the same bits"},
			setFlag(),
			&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "only show what would be trained, as plan does"},
			&cli.BoolFlag{Name: "retry-failed", Usage: "train failed and diverged runs again"},
			&cli.BoolFlag{Name: "fail-fast", Usage: "start nothing new after the first failure"},
			&cli.IntFlag{Name: "max-failures", Usage: "start nothing new after `N` failures"},
			&cli.StringFlag{Name: "checkpoint-every", Value: "1m", Usage: "keep what is under way every so much `TIME`, 1m by default; off keeps nothing"},
			&cli.DurationFlag{Name: "timeout", Usage: "end a run that takes longer than a `TIME`, such as 30m; runs in lockstep have as many times that as they are"},
		},
		Action: func(c *cli.Context) error {
			if c.NArg() == 0 {
				return usageFailure(errors.New("run needs a sweep"), "experiment run sweeps/quickstart.yaml")
			}
			settings, err := readTraining(c)
			if err != nil {
				return err
			}
			if c.Bool("dry-run") {
				return p.plan(c)
			}
			return p.run(c.Context, c.Args().Slice(), settings)
		},
	}
}

// training is what the flags of run say.
type training struct {
	jobs        jobsWanted
	fuse        fusing
	device      string
	graph       bool     // --cuda-graph
	overrides   []string // --set
	retry       bool
	failFast    bool
	maxFailures int
	timeout     time.Duration
	needs       needs         // of memory
	checkpoint  time.Duration // --checkpoint-every, 0 for off
}

func readTraining(c *cli.Context) (training, error) {
	jobs, err := readJobs(c)
	if err != nil {
		return training{}, err
	}
	t := training{
		jobs: jobs, device: c.String("device"), graph: c.Bool("cuda-graph"), overrides: c.StringSlice("set"), retry: c.Bool("retry-failed"),
		failFast: c.Bool("fail-fast"), maxFailures: c.Int("max-failures"), timeout: c.Duration("timeout"),
	}
	if t.fuse, err = readFuse(c); err != nil {
		return training{}, err
	}
	if t.checkpoint, err = readCheckpointEvery(c.String("checkpoint-every")); err != nil {
		return training{}, err
	}
	switch {
	case t.maxFailures < 0, c.IsSet("max-failures") && t.maxFailures == 0:
		return training{}, usageFailure(fmt.Errorf("reading --max-failures: %d is below 1", t.maxFailures), helpHint("run"))
	case t.timeout < 0, c.IsSet("timeout") && t.timeout == 0:
		return training{}, usageFailure(fmt.Errorf("reading --timeout: %v is not above 0", t.timeout), helpHint("run"))
	}
	return t, nil
}

// readCheckpointEvery reads a time above 0, or "off", which is 0.
func readCheckpointEvery(word string) (time.Duration, error) {
	if word == "off" || word == "0" {
		return 0, nil
	}
	every, err := time.ParseDuration(word)
	if err != nil || every <= 0 {
		return 0, usageFailure(fmt.Errorf("reading --checkpoint-every: %q is neither off nor a time above 0", word), "times are written as 30s, 5m or 1h")
	}
	return every, nil
}
