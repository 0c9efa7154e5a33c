package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/comparison"
	"experiment/internal/run"
	"experiment/internal/store"
)

func (p *program) compareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "losses over their seeds, with intervals and tests",
		ArgsUsage: "[SWEEP...]",
		Description: `Groups the finished runs by everything but the seed and prints a table for each
metric: mean ± standard deviation over seeds and Student's interval of the mean.
The best mean of a table is marked together with every row that does not differ
from it significantly. Without a SWEEP all recorded runs are compared.

With --baseline every row is set against one of them over the seeds that both
have: the mean difference, its interval, p of the paired t-test after Holm's
correction over all tests of the metric, p of the exact sign-flip test, and the
effect size (Hedges' g). A baseline is a label as it is printed, in ASCII where
that is easier (focal gamma=3), or conditions that one row meets (loss=focal,
optimizer.lr=0.05). Where the same losses were trained on several data sets,
their average ranks and the Friedman test follow.

With --group-by only the named settings tell rows apart; what else differs is
averaged for each seed, and a footnote says what that is. In csv, json and jsonl
numbers have all their digits (fractions and nats), with bootstrap intervals.

Examples:
  experiment compare mnist --baseline cross_entropy
  experiment compare mnist fashion-mnist --metric ece,aurc
  experiment compare --where dataset=mnist --calibration temperature
  experiment compare --group-by loss,optimizer.lr --format csv`,
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "sweep", Usage: "only the runs of a `SWEEP`, a file or a name; may be repeated"},
			&cli.StringSliceFlag{Name: "where", Usage: "only the runs that meet a `CONDITION`, as in ls; may be repeated"},
			&cli.StringFlag{Name: "baseline", Usage: "set the other rows against the `ROW` of this label or with these settings"},
			&cli.StringSliceFlag{Name: "metric", Usage: "compare a `METRIC`, or several between commas (accuracy,nll,ece)"},
			&cli.StringFlag{Name: "split", Value: string(run.Test), Usage: "metrics of the `SPLIT` train, validation or test (test)"},
			&cli.StringFlag{Name: "calibration", Value: string(run.Uncalibrated), Usage: "metrics after a `CALIBRATION`: " + strings.Join(calibrationNames(), ", ") + " (none)"},
			&cli.StringFlag{Name: "level", Value: "0.95", Usage: "confidence `LEVEL` of intervals; 1 less it is that of significance (0.95)"},
			&cli.StringSliceFlag{Name: "group-by", Usage: "only a `FIELD`, or several between commas, tell rows apart"},
		},
		Action: func(c *cli.Context) error {
			request, err := compareRequestOf(c)
			if err != nil {
				return err
			}
			return p.read(c.Context, func(r *store.Reader) error { return p.compare(c.Context, r, request) })
		},
	}
}

// compareRequest is what is to be compared.
type compareRequest struct {
	sweeps      []string // files or names; all runs where empty
	where       []store.Condition
	baseline    string // empty where none was named
	columns     []comparison.Column
	split       run.Split
	calibration run.Calibration // of every column
	level       float64
	groupBy     []string // everything but the seed where empty
}

func compareRequestOf(c *cli.Context) (compareRequest, error) {
	request := compareRequest{sweeps: append(c.Args().Slice(), c.StringSlice("sweep")...), baseline: strings.TrimSpace(c.String("baseline"))}
	if c.IsSet("baseline") && request.baseline == "" {
		return compareRequest{}, usageFailure(errors.New("reading --baseline: it is empty"), helpHint("compare"))
	}
	var measure store.Filter
	err := readMeasure(c, &measure)
	if err != nil {
		return compareRequest{}, err
	}
	request.split, request.calibration = measure.Split, measure.Calibration
	if request.where, err = parseConditions(c.StringSlice("where")); err != nil {
		return compareRequest{}, err
	}
	request.level, err = strconv.ParseFloat(c.String("level"), 64)
	if err != nil || !(request.level > 0 && request.level < 1) {
		return compareRequest{}, usageFailure(fmt.Errorf("reading --level: %q is no number between 0 and 1", c.String("level")), "for instance --level 0.95")
	}
	request.groupBy = commaParts(c.StringSlice("group-by"))
	metrics := commaParts(c.StringSlice("metric"))
	if len(metrics) == 0 {
		metrics = []string{"accuracy", "nll", "ece"}
	}
	for _, name := range metrics {
		column, ok := comparison.MetricColumn(name, request.calibration)
		if !ok {
			names := run.MetricNames[:]
			return compareRequest{}, usageFailure(fmt.Errorf("reading --metric: there is no metric %q", name), suggestion(name, names, "metrics: "+strings.Join(names, ", ")))
		}
		request.columns = append(request.columns, column)
	}
	return request, nil
}

// commaParts returns the words of a repeated flag, each of which may be several between commas, once each.
func commaParts(texts []string) []string {
	var parts []string
	for _, text := range texts {
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" && !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	return parts
}
