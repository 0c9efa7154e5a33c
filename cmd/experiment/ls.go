package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

func (p *program) lsCommand() *cli.Command {
	return &cli.Command{
		Name:  "ls",
		Usage: "the recorded runs with their main metrics",
		Description: `Lists runs in the order they were recorded. The metrics are those of the test
split before temperature scaling. In csv, json and jsonl the numbers have all
their digits (accuracy and ECE as fractions, NLL in nats), and the keys theirs.
A terminal that is too narrow leaves out the model and the data set.

A condition compares a column, a setting such as optimizer.lr, or a metric with
a value:
  =  !=  <  >  <=  >=  and ~ for "contains". Quote < and > for the shell.

Examples:
  experiment ls --sweep quickstart --sort ece
  experiment ls --where loss=focal --where 'accuracy>0.9'
  experiment ls --status failed,diverged
  experiment ls --sort -accuracy --limit 5 --format csv`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "sweep", Usage: "only the runs of a `SWEEP`, a file or a name"},
			&cli.StringSliceFlag{Name: "status", Usage: "only the runs in a `STATUS`: " + statusNames()},
			&cli.StringSliceFlag{Name: "where", Usage: "only the runs that meet a `CONDITION`; may be repeated"},
			&cli.StringFlag{Name: "sort", Usage: "sort by a `FIELD`, ascending; -FIELD is descending"},
			&cli.IntFlag{Name: "limit", Usage: "at most `N` runs"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return p.read(c.Context, func(r *store.Reader) error { return p.ls(c, r) })
		},
	}
}

func statusNames() string {
	names := make([]string, len(run.Statuses))
	for i, s := range run.Statuses {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}

func (p *program) ls(c *cli.Context, r *store.Reader) error {
	filter, err := lsFilter(c)
	if err != nil {
		return err
	}
	wanted, limit := filter.Statuses, filter.Limit
	if slices.Contains(wanted, run.Running) || slices.Contains(wanted, run.Interrupted) {
		// Which of the two a run is that was recorded as running is known only once it is read.
		filter.Statuses, filter.Limit = append(slices.Clone(wanted), run.Running), 0
	}
	var list []store.Summary
	if word := c.String("sweep"); namesFile(word) {
		list, err = p.listFile(c.Context, r, word, filter)
	} else {
		filter.Sweep = word
		list, err = r.List(c.Context, filter)
	}
	if err != nil {
		return err
	}
	list = p.live(list, wanted, limit)
	if err := p.write(runTable(list)); err != nil {
		return err
	}
	if len(list) == 0 {
		p.note("no run matches; experiment ls without conditions lists all of %s", p.database)
	}
	return nil
}

func lsFilter(c *cli.Context) (store.Filter, error) {
	var filter store.Filter
	var err error
	if filter.Where, err = parseConditions(c.StringSlice("where")); err != nil {
		return store.Filter{}, err
	}
	if filter.Statuses, err = parseStatuses(c.StringSlice("status")); err != nil {
		return store.Filter{}, err
	}
	if filter.Limit = c.Int("limit"); filter.Limit < 0 {
		return store.Filter{}, usageFailure(fmt.Errorf("reading --limit: %d is below 0", filter.Limit), helpHint("ls"))
	}
	filter.Sort, filter.Descending = strings.CutPrefix(c.String("sort"), "-")
	return filter, nil
}

// listFile lists the runs of a sweep file in its order, unless another order is asked for.
func (p *program) listFile(ctx context.Context, r *store.Reader, path string, filter store.Filter) ([]store.Summary, error) {
	s, err := p.loadSweep(path, nil)
	if err != nil {
		return nil, err
	}
	filter.Keys = keysOf(s.Runs)
	if filter.Sort != "" {
		return r.List(ctx, filter)
	}
	limit := filter.Limit
	filter.Limit = 0
	list, err := r.List(ctx, filter)
	if err != nil {
		return nil, err
	}
	sortByKeys(list, filter.Keys)
	if limit > 0 && limit < len(list) {
		list = list[:limit]
	}
	return list, nil
}

// live corrects the status of runs: one counts as running only while somebody holds it, the others lost their
// process. It returns those that are in one of the wanted states, all where none is named, and of these at
// most so many; a limit of 0 is none.
func (p *program) live(list []store.Summary, wanted []run.Status, limit int) []store.Summary {
	var kept []store.Summary
	for _, s := range list {
		s.Status = liveStatus(p.files(), s.Key, s.Status)
		if len(wanted) == 0 || slices.Contains(wanted, s.Status) {
			kept = append(kept, s)
		}
	}
	if limit > 0 && limit < len(kept) {
		kept = kept[:limit]
	}
	return kept
}

// runTable has one row a run. The metrics of the theory have columns where a run has them, and people see those of
// data and models only where there are any.
func runTable(list []store.Summary) table {
	untrained := len(list) > 0 && !slices.ContainsFunc(list, func(s store.Summary) bool { return s.Dataset != "" })
	theory := slices.ContainsFunc(list, func(s store.Summary) bool { return !math.IsNaN(s.Metric("bound_slack")) })
	columns := []column{
		{name: "run", show: shortKey}, {name: "label", elide: elideMiddle}, {name: "dataset", spare: true, optional: untrained}, {name: "model", spare: true, optional: untrained},
		{name: "loss", dataOnly: true}, {name: "seed", right: true}, {name: "status", paint: statusColour},
		{name: "accuracy", title: "accuracy %", show: percent, right: true, optional: untrained},
		{name: "nll", title: "NLL", show: decimals, right: true, optional: untrained},
		{name: "ece", title: "ECE %", show: percent, right: true, optional: untrained},
		{name: "brier", dataOnly: true}, {name: "seconds", dataOnly: true}, {name: "device", dataOnly: true}, {name: "reason", dataOnly: true},
	}
	if theory {
		columns = append(columns,
			column{name: "focal", show: decimals, right: true}, column{name: "entropy_regularised", title: "CE - γ·H[q]", show: decimals, right: true},
			column{name: "bound_slack", title: "slack", show: significant, right: true},
			column{name: "bound_slack_least", title: "least slack", show: significant, right: true})
	}
	rows := make([][]any, len(list))
	for i, s := range list {
		rows[i] = []any{
			string(s.Key), s.Label, s.Dataset, s.Model, s.Loss, s.Seed, string(s.Status),
			s.Metric("accuracy"), s.Metric("nll"), s.Metric("ece"), s.Metric("brier"), s.Seconds, s.Device, s.Reason,
		}
		if theory {
			rows[i] = append(rows[i], s.Metric("focal"), s.Metric("entropy_regularised"), s.Metric("bound_slack"), s.Metric("bound_slack_least"))
		}
	}
	return table{columns: columns, rows: rowsOf(rows)}
}

// liveStatus corrects the status of a run whose process is gone.
func liveStatus(files string, key run.Key, status run.Status) run.Status {
	if status != run.Running {
		return status
	}
	if _, held, err := runner.Held(files, key); err == nil && !held {
		return run.Interrupted
	}
	return status
}

func shortKey(value any) string { return run.Key(plain(value)).Short() }

// percent writes a fraction in per cent, and nothing where there is none.
func percent(value any) string {
	f, ok := value.(float64)
	if !ok || math.IsNaN(f) {
		return ""
	}
	return strconv.FormatFloat(100*f, 'f', 2, 64)
}

// decimals writes a number to four decimals, and nothing where there is none.
func decimals(value any) string {
	f, ok := value.(float64)
	if !ok || math.IsNaN(f) {
		return ""
	}
	if math.IsInf(f, 0) {
		return plain(f)
	}
	return strconv.FormatFloat(f, 'f', 4, 64)
}

// significant writes a number to three significant digits, and nothing where there is none.
func significant(value any) string {
	f, ok := value.(float64)
	if !ok || math.IsNaN(f) {
		return ""
	}
	return strconv.FormatFloat(f, 'g', 3, 64)
}

// statusColour returns red for what failed and yellow for what did not end.
func statusColour(value any) string {
	switch run.Status(plain(value)) {
	case run.Failed, run.Diverged:
		return "31"
	case run.Interrupted, run.Running:
		return "33"
	}
	return ""
}
