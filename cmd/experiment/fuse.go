package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/checkpoint"
	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/pipelines/lockstep"
)

// fusing is how many runs a worker may train in lockstep: 0 is auto.
type fusing int

const noFusing fusing = 1

func fuseFlag() cli.Flag {
	return &cli.StringFlag{Name: "fuse", Usage: "train up to `N` runs of one shape in lockstep in each worker; auto (the default) does where it was measured to be faster and changes no digit; off"}
}

func readFuse(c *cli.Context) (fusing, error) {
	word := c.String("fuse")
	switch word {
	case "", "auto":
		return 0, nil
	case "off":
		return noFusing, nil
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return 0, usageFailure(fmt.Errorf("reading --fuse: %q is neither auto nor off nor a number above 0", word), suggestion(word, []string{"auto", "off"}, helpHint(c.Command.Name)))
	}
	return fusing(n), nil
}

// apply tells the runner which runs can be trained in lockstep on a device. Those that were begun in a group go on in it where
// goesOn says so of their checkpoint.
func (f fusing) apply(options *runner.Options, device string, goesOn func(checkpoint.Checkpoint) bool) {
	options.Place = checkpoint.Place
	options.Begun = func(path string) []run.Key {
		c, err := checkpoint.Read(path)
		if err != nil || !goesOn(c) {
			return nil
		}
		return c.Provenance.Group
	}
	options.Fuse = func(r run.Run) (shape string, most int) {
		shape = lockstep.Shape(r.Config)
		switch {
		case shape == "":
			return "", 1
		case f == 0:
			return shape, lockstep.Replicas(r.Config, device)
		}
		return shape, int(f)
	}
}

// goesOnWith returns whether a run can go on from a checkpoint with a worker, on a kind of device, as far as that is known before the
// worker is started with its data.
func goesOnWith(worker run.Provenance, device string, threads int) func(checkpoint.Checkpoint) bool {
	kindOf := func(device string) string {
		kind, _, _ := strings.Cut(device, ":")
		return kind
	}
	return func(c checkpoint.Checkpoint) bool {
		was, now := c.Provenance, worker
		now.Threads, now.Group, now.DataChecksum, now.Environment = threads, was.Group, was.DataChecksum, was.Environment
		now.Device, now.DeviceName, now.Driver = was.Device, was.DeviceName, was.Driver
		return kindOf(was.Device) == kindOf(device) && c.Match(c.Key, now) == nil
	}
}

// always is for a plan, which starts no worker.
func always(checkpoint.Checkpoint) bool { return true }
