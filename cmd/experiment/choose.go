package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/run"
	"experiment/internal/store"
)

// filterFlags are the flags of commands that choose runs.
func filterFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "sweep", Usage: "only the runs of a `SWEEP`, a file or a name"},
		&cli.StringSliceFlag{Name: "where", Usage: "only the runs that meet a `CONDITION`; may be repeated"},
	}
}

// readFilter reads the flags that choose runs into a filter.
func (p *program) readFilter(c *cli.Context, f *store.Filter) error {
	var err error
	if f.Where, err = parseConditions(c.StringSlice("where")); err != nil {
		return err
	}
	if word := c.String("sweep"); namesFile(word) {
		s, err := p.loadSweep(word, nil)
		if err != nil {
			return err
		}
		f.Keys = keysOf(s.Runs)
	} else {
		f.Sweep = word
	}
	return nil
}

// lost returns the runs that are recorded as running and that nobody makes: they lost their process.
func (p *program) lost(ctx context.Context, r *store.Reader) ([]run.Key, error) {
	list, err := r.List(ctx, store.Filter{Statuses: []run.Status{run.Running}})
	if err != nil {
		return nil, err
	}
	var lost []run.Key
	for _, s := range list {
		if liveStatus(p.files(), s.Key, s.Status) == run.Interrupted {
			lost = append(lost, s.Key)
		}
	}
	return lost, nil
}

// readMeasure reads the flags that say which metrics are meant.
func readMeasure(c *cli.Context, f *store.Filter) error {
	if err := oneOf("split", c.String("split"), splitNames()); err != nil {
		return err
	}
	if err := oneOf("calibration", c.String("calibration"), calibrationNames()); err != nil {
		return err
	}
	f.Split, f.Calibration = run.Split(c.String("split")), run.Calibration(c.String("calibration"))
	return nil
}

func splitNames() []string {
	return []string{string(run.Train), string(run.Validation), string(run.Test)}
}

func calibrationNames() []string {
	names := make([]string, len(run.Calibrations))
	for i, c := range run.Calibrations {
		names[i] = string(c)
	}
	return names
}

// oneOf says that the value of a flag, where it has one, is none of those it may have.
func oneOf(flag, value string, names []string) error {
	if value == "" || slices.Contains(names, value) {
		return nil
	}
	return usageFailure(fmt.Errorf("reading --%s: there is no %s %q", flag, flag, value), suggestion(value, names, flag+"s: "+strings.Join(names, ", ")))
}

// parseStatuses reads the values of --status.
func parseStatuses(texts []string) ([]run.Status, error) {
	var names []string
	for _, s := range run.Statuses {
		names = append(names, string(s))
	}
	var statuses []run.Status
	for _, text := range texts {
		for name := range strings.SplitSeq(text, ",") {
			i := slices.Index(names, name)
			if i < 0 {
				return nil, usageFailure(fmt.Errorf("reading --status: there is no status %q", name), suggestion(name, names, "statuses: "+strings.Join(names, ", ")))
			}
			statuses = append(statuses, run.Statuses[i])
		}
	}
	return statuses, nil
}

// parseConditions reads the values of --where.
func parseConditions(texts []string) ([]store.Condition, error) {
	conditions := make([]store.Condition, len(texts))
	for i, text := range texts {
		var err error
		if conditions[i], err = store.ParseCondition(text); err != nil {
			return nil, err
		}
	}
	return conditions, nil
}

// splitList reads a list of names separated by commas.
func splitList(text string) []string {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
