package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
	"experiment/pipelines/dataset"
)

func (p *program) planCommand() *cli.Command {
	return &cli.Command{
		Name:      "plan",
		Usage:     "what run would do, run by run, and how long it may take",
		ArgsUsage: "SWEEP...",
		Description: `Expands the sweeps and compares with the database; trains nothing and writes
nothing. The time to expect comes from finished runs that differ in the seed
only or, where there are none, in seed and loss. Runs that other code than this
program's finished are stale: they are counted, and stay finished.

Examples:
  experiment plan sweeps/mnist.yaml
  experiment plan sweeps/mnist.yaml --set optimizer.lr=0.02,0.1
  experiment plan mnist --format csv`,
		Flags: []cli.Flag{
			setFlag(),
			jobsFlag(),
			threadsFlag(),
			fuseFlag(),
			&cli.StringFlag{Name: "device", Usage: "plan for a `DEVICE`: cpu (the default) or cuda, which decides what is trained in lockstep"},
			&cli.BoolFlag{Name: "retry-failed", Usage: "as if run were given it: failed and diverged runs again"},
		},
		Action: func(c *cli.Context) error {
			if c.NArg() == 0 {
				return usageFailure(errors.New("plan needs a sweep"), "experiment plan sweeps/quickstart.yaml")
			}
			return p.plan(c)
		},
	}
}

func setFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "set", Usage: "sets `KEY=VALUE`, as optimizer.lr=0.1; a comma list makes an axis; may be repeated"}
}

func jobsFlag() cli.Flag {
	return &cli.StringFlag{Name: "jobs", Usage: "train `N` runs at a time; auto (the default) fills the cores or the GPUs, and not the memory"}
}

func jobsPerGPUFlag() cli.Flag {
	return &cli.IntFlag{Name: "jobs-per-gpu", Usage: "train at most `N` runs at a time on each GPU (1 with auto)"}
}

func threadsFlag() cli.Flag {
	return &cli.IntFlag{Name: "threads", Value: 1, Usage: "`N` threads for each run (1)"}
}

// plan shows what run would do.
func (p *program) plan(c *cli.Context) error {
	p.limitMemory(0)
	size, err := readJobs(c)
	if err != nil {
		return err
	}
	fuse, err := readFuse(c)
	if err != nil {
		return err
	}
	device, err := plannedDevice(c.String("device"))
	if err != nil {
		return err
	}
	made, err := p.readPlan(c.Context, c.Args().Slice(), c.StringSlice("set"), c.Bool("retry-failed"))
	if err != nil {
		return err
	}
	pending := made.pending()
	options := runner.Options{Files: p.files()}
	fuse.apply(&options, device, always)
	options.Jobs = size.of(len(pending), roomHere(0, made.needs.each(pending, options)))
	if err := p.writePlan(made, options.Jobs, sideBySide(options.Groups(pending))); err != nil {
		return err
	}
	p.noteMissingData(pending)
	return nil
}

// plannedDevice returns the first device that --device means, whatever this machine has.
func plannedDevice(word string) (string, error) {
	if word == "auto" {
		word = ""
	}
	gpus := 0
	if strings.HasPrefix(word, "cuda") {
		gpus = 1 << 16
	}
	devices, err := chooseDevices(word, gpus)
	if err != nil {
		return "", err
	}
	return devices[0], nil
}

// noteMissingData says of the data sets that runs use which are not there.
func (p *program) noteMissingData(runs []run.Run) {
	for _, name := range dataSetsOf(runs) {
		known, err := dataset.Find(name)
		var seen dataset.Presence
		if err == nil {
			seen, err = known.Look(p.dataDir)
		}
		switch {
		case err != nil:
			p.note("%v", err)
		case seen.State == dataset.Missing, seen.State == dataset.Partial:
			p.note("data set %s is %s: %s", name, stateText(seen), p.fetchCommand(name))
		}
	}
}

// readPlan makes a plan without writing. A database that does not exist yet has no runs.
func (p *program) readPlan(ctx context.Context, words, overrides []string, retry bool) (plan, error) {
	var made plan
	build := func(r *store.Reader) error {
		sweeps, err := p.openSweeps(ctx, r, words, overrides)
		if err != nil {
			return err
		}
		made, err = p.makePlan(ctx, r, sweeps, retry)
		return err
	}
	err := p.read(ctx, build)
	if errors.Is(err, store.ErrMissing) {
		err = build(nil)
	}
	return made, err
}

func (p *program) writePlan(made plan, jobs, sideBySide int) error {
	switch p.format {
	case formatCSV, formatJSONL:
		return p.write(planTable(made))
	case formatJSON:
		return p.writePlanJSON(made, jobs, sideBySide)
	}
	page := p.newPage()
	names := make([]string, len(made.sweeps))
	for i, s := range made.sweeps {
		names[i] = s.Name
	}
	page.heading(strings.Join(names, ", "))
	page.pairs([][2]string{
		{"runs", fmt.Sprintf("%d (%s)", len(made.runs), made.counts())},
		{"excluded", nonZero(made.excluded())},
		{"duplicates", nonZero(made.duplicates())},
		{"stale", staleText(made.stale())},
		{"to " + doing(made.pending(), "train", "compute"), fmt.Sprint(len(made.pending()))},
		{"jobs", fmt.Sprint(jobs)},
		{"in lockstep", lockstepText(sideBySide)},
		{"time", made.expectation(jobs)},
	})
	page.blank()
	page.table(planTable(made))
	return page.flush()
}

func lockstepText(sideBySide int) string {
	if sideBySide < 2 {
		return ""
	}
	return fmt.Sprintf("groups of up to %d runs", sideBySide)
}

func nonZero(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// staleText says how many runs are stale, and what may be done about it.
func staleText(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d finished by other code; experiment reproduce tells whether that matters", n)
}

// counts reads "3 new, 9 finished".
func (p plan) counts() string {
	var texts []string
	for _, s := range run.Statuses {
		if n := p.count(s); n > 0 {
			texts = append(texts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(texts, ", ")
}

// planTable has one row a run, made when it is written: there may be very many.
func planTable(made plan) table {
	rows := func(yield func([]any, error) bool) {
		for _, r := range made.runs {
			action := "skip"
			if r.start {
				action = doing([]run.Run{r.Run}, "train", "compute")
			}
			row := []any{
				string(r.Key), r.Label, r.Config.Text("data.name"), r.Config.Text("model.name"), r.Config.Seed(), string(r.status),
				action, r.why, r.seconds, r.code, r.stale,
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	return table{
		columns: []column{
			{name: "run", show: shortKey}, {name: "label", elide: elideMiddle}, {name: "dataset", spare: true, optional: true}, {name: "model", spare: true, optional: true},
			{name: "seed", right: true}, {name: "status", paint: statusColour, dataOnly: true}, {name: "action"}, {name: "why", elide: elideEnd},
			{name: "seconds", show: shortSeconds, right: true, optional: true},
			{name: "code", dataOnly: true}, {name: "stale", dataOnly: true},
		},
		rows: rows,
	}
}

func shortSeconds(value any) string {
	f, ok := value.(float64)
	if !ok || math.IsNaN(f) {
		return ""
	}
	return fmt.Sprintf("%.1f", f)
}

// planSummary is a plan as JSON.
type planSummary struct {
	Sweeps          []string          `json:"sweeps"`
	New             int               `json:"new"`
	Finished        int               `json:"finished"`
	Failed          int               `json:"failed"` // and diverged
	Interrupted     int               `json:"interrupted"`
	Running         int               `json:"running"`
	Excluded        int               `json:"excluded"`
	Duplicates      int               `json:"duplicates"`
	Stale           int               `json:"stale"` // finished by other code
	Train           int               `json:"train"`
	Jobs            int               `json:"jobs"`
	SideBySide      int               `json:"side_by_side"`     // runs that a worker trains at a time, at most
	ExpectedSeconds run.Number        `json:"expected_seconds"` // of those that have a finished sibling
	Unknown         int               `json:"unknown"`          // that have none
	Runs            []json.RawMessage `json:"runs"`
}

func (p *program) writePlanJSON(made plan, jobs, sideBySide int) error {
	span, unknown := made.expected(jobs)
	summary := planSummary{
		New: made.count(run.New), Finished: made.count(run.Finished), Failed: made.count(run.Failed, run.Diverged),
		Interrupted: made.count(run.Interrupted), Running: made.count(run.Running),
		Excluded: made.excluded(), Duplicates: made.duplicates(), Stale: made.stale(),
		Train: len(made.pending()), Jobs: jobs, SideBySide: sideBySide, ExpectedSeconds: run.Number(span.Seconds()), Unknown: unknown,
	}
	for _, s := range made.sweeps {
		summary.Sweeps = append(summary.Sweeps, s.Name)
	}
	for object, err := range planTable(made).objects() {
		if err != nil {
			return err
		}
		summary.Runs = append(summary.Runs, object)
	}
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(summary)
}
