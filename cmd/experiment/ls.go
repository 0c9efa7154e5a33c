package main

import (
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

func (p *program) lsCommand() *cli.Command {
	return &cli.Command{
		Name:  "ls",
		Usage: "the recorded runs with their main metrics",
		Description: `Lists runs in the order they were recorded. The metrics are those of the test
split as trained, unless --split and --calibration say otherwise. In csv, json
and jsonl the numbers have all their digits (accuracy and ECE as fractions, NLL
in nats), and the keys theirs. A terminal that is too narrow leaves out the
model and the data set.

A terminal shows the last 50 runs or, with --sort or --group-by, the first 50
lines; --limit 0 shows all. Other formats, files and pipes always get all.

A field is a column (run, label, pipeline, dataset, model, loss, seed, status,
reason, device, seconds, epoch, started, sweeps), a setting such as
optimizer.lr, or a metric such as nll. A condition compares one with a value:
  =  !=  <  >  <=  >=  and ~ for "contains". Quote < and > for the shell.

--group-by prints a line for each combination of values: how many runs it has,
how many finished, and the means of the metrics over those. --columns chooses
what there is a mean of, and --sort may name a field that stands in a line, or
any number, by whose mean the lines are sorted.

Examples:
  experiment ls --sweep quickstart --sort ece
  experiment ls --where loss=focal --where 'accuracy>0.9'
  experiment ls --status failed,diverged --columns run,label,reason
  experiment ls --sort -accuracy --limit 5 --format csv
  experiment ls --group-by loss,loss.gamma --columns ece,nll --sort ece
  experiment ls --split validation --calibration temperature --columns label,ece`,
		Flags: append(filterFlags(),
			&cli.StringSliceFlag{Name: "status", Usage: "only the runs in a `STATUS`: " + statusNames()},
			&cli.StringFlag{Name: "columns", Usage: "show these `FIELDS`, separated by commas, in this order"},
			&cli.StringFlag{Name: "group-by", Usage: "a line for each combination of these `FIELDS`"},
			&cli.StringFlag{Name: "sort", Usage: "sort by a `FIELD`, ascending; -FIELD is descending"},
			&cli.StringFlag{Name: "split", Usage: "metrics of a `SPLIT`: train, validation or test"},
			&cli.StringFlag{Name: "calibration", Usage: "metrics under a `CALIBRATION`: " + strings.Join(calibrationNames(), ", ")},
			&cli.IntFlag{Name: "limit", Usage: "at most `N` lines, the first; 0 is no limit"},
			&cli.IntFlag{Name: "last", Usage: "the `N` runs recorded last"},
		),
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			wanted, err := p.readListing(c)
			if err != nil {
				return err
			}
			return p.read(c.Context, func(r *store.Reader) error { return p.ls(c.Context, r, wanted) })
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

// listing is what ls is asked for.
type listing struct {
	filter  store.Filter
	columns []string // none for the usual ones
	groupBy []string // none for a line a run
	texts   namedTexts
	sort    string // as it was written
	last    bool   // the filter chooses from the end: its lines have to be turned round
	cut     bool   // the limit is one that nobody asked for
}

// screenful is how many lines a terminal shows unless more are asked for.
const screenful = 50

func (p *program) ls(ctx context.Context, r *store.Reader, wanted listing) error {
	var err error
	if wanted.filter.Lost, err = p.lost(ctx, r); err != nil {
		return err
	}
	t, lines, err := p.list(ctx, r, wanted)
	if err != nil {
		return located(err, wanted.texts, wanted.sort)
	}
	if err := p.write(t); err != nil {
		return err
	}
	switch {
	case lines == 0:
		p.note("no run matches; experiment ls without conditions lists all of %s", p.database)
	case wanted.cut && lines == screenful:
		return p.noteCut(ctx, r, wanted)
	}
	return nil
}

// descendingSign stands before a field to sort by from the highest to the lowest.
const descendingSign = "-"

// readListing reads the flags of ls.
func (p *program) readListing(c *cli.Context) (listing, error) {
	wanted := listing{
		columns: splitList(c.String("columns")), groupBy: splitList(c.String("group-by")), sort: c.String("sort"),
		texts: namedTexts{{"group-by", c.String("group-by")}, {"columns", c.String("columns")}},
	}
	f := &wanted.filter
	if err := p.readFilter(c, f); err != nil {
		return listing{}, err
	}
	var err error
	if f.Statuses, err = parseStatuses(c.StringSlice("status")); err != nil {
		return listing{}, err
	}
	if err := readMeasure(c, f); err != nil {
		return listing{}, err
	}
	f.Sort, f.Descending = strings.CutPrefix(wanted.sort, descendingSign)
	if err := p.readExtent(c, &wanted); err != nil {
		return listing{}, err
	}
	return wanted, twice(wanted.texts)
}

// readExtent reads how many lines are wanted, and from which end.
func (p *program) readExtent(c *cli.Context, wanted *listing) error {
	inOrder := wanted.sort != "" || len(wanted.groupBy) > 0
	f := &wanted.filter
	f.Limit = c.Int("limit")
	switch last := c.Int("last"); {
	case f.Limit < 0:
		return usageFailure(fmt.Errorf("reading --limit: %d is below 0", f.Limit), helpHint("ls"))
	case c.IsSet("last") && last < 1:
		return usageFailure(fmt.Errorf("reading --last: %d is below 1", last), helpHint("ls"))
	case c.IsSet("last") && (c.IsSet("limit") || inOrder):
		return usageFailure(errors.New("reading --last: it does not go with --limit, --sort or --group-by"), "--sort FIELD --limit N shows the first N of an order")
	case c.IsSet("last"):
		f.Limit, wanted.last = last, true
	case !c.IsSet("limit") && p.format == formatTable && isTerminal(p.out):
		f.Limit, wanted.last, wanted.cut = screenful, !inOrder, true
	}
	f.Descending = f.Descending || wanted.last
	return nil
}

// list returns the lines that are wanted, and how many there are.
func (p *program) list(ctx context.Context, r *store.Reader, wanted listing) (table, int, error) {
	var found store.Listing
	var err error
	names := wanted.columns
	switch {
	case len(wanted.groupBy) > 0:
		if len(names) == 0 {
			names = usualMeans
		}
		found, err = r.Group(ctx, wanted.filter, wanted.groupBy, names)
	default:
		if len(names) == 0 {
			names = usualColumns
		}
		found, err = r.Select(ctx, wanted.filter, names)
	}
	if err != nil {
		return table{}, 0, err
	}
	if wanted.last {
		slices.Reverse(found.Rows)
	}
	return listingTable(found, len(wanted.columns) == 0), len(found.Rows), nil
}

// noteCut says of how many lines a terminal has been shown some.
func (p *program) noteCut(ctx context.Context, r *store.Reader, wanted listing) error {
	which, what := "first", "lines"
	if wanted.last {
		which = "last"
	}
	var all int
	var err error
	if len(wanted.groupBy) == 0 {
		what = "runs"
		all, err = r.Count(ctx, wanted.filter)
	} else {
		wanted.filter.Limit = 0
		_, all, err = p.list(ctx, r, wanted)
	}
	if err == nil && all > screenful {
		p.note("the %s %d of %d %s; --limit 0 shows all", which, screenful, all, what)
	}
	return err
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
