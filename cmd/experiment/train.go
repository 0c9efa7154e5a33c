package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
	"experiment/pipelines/dataset"
)

// run trains what the sweeps lack, and prints the comparison. A terminal or reader that goes away does not
// end it.
func (p *program) run(ctx context.Context, words []string, settings training) error {
	p.limitMemory(0)
	pipes := make(chan os.Signal, 1)
	signal.Notify(pipes, syscall.SIGPIPE)
	defer signal.Stop(pipes)

	if err := p.checkSweepFiles(ctx, words, settings.overrides); err != nil {
		return err
	}
	s, err := store.Open(ctx, p.database)
	if err != nil {
		return err
	}
	return errors.Join(p.runWith(ctx, s, words, settings), s.Close())
}

// checkSweepFiles reads the sweep files, so that a wrong one leaves no database behind.
func (p *program) checkSweepFiles(ctx context.Context, words, overrides []string) error {
	silent := *p
	silent.quiet = true // warnings are given when the sweeps are read for good
	var all error
	for _, word := range words {
		if namesFile(word) || !exists(p.database) {
			_, err := silent.openSweep(ctx, nil, word, overrides)
			all = errors.Join(all, err)
		}
	}
	return all
}

func (p *program) runWith(ctx context.Context, s *store.Store, words []string, settings training) error {
	sweeps, err := p.openSweeps(ctx, s.Reader, words, settings.overrides)
	if err != nil {
		return err
	}
	made, err := p.makePlan(ctx, s.Reader, sweeps, settings.retry)
	if err != nil {
		return err
	}
	var options runner.Options
	pending := made.pending()
	settings.needs = made.needs
	if len(pending) > 0 {
		if options, err = p.prepare(ctx, pending, settings); err != nil {
			return err
		}
	}
	p.limitMemory(len(made.runs))
	if err := record(ctx, s, made, settings); err != nil {
		return err
	}
	if err := runner.Tidy(ctx, p.files(), made.finished(), s); err != nil {
		return err
	}
	p.announce(made, options)
	var outcome error
	if len(pending) > 0 {
		options.Recorder = s
		outcome = p.train(ctx, pending, options)
	}
	return p.conclude(ctx, s, made, outcome)
}

// prepare checks that what the runs need is there before anything starts: the data sets and, for those that
// train, the worker and the device.
func (p *program) prepare(ctx context.Context, pending []run.Run, settings training) (runner.Options, error) {
	workers, err := computeWorkers()
	if err != nil {
		return runner.Options{}, err
	}
	options := runner.Options{
		Workers: workers, Devices: []string{"cpu"}, Threads: settings.jobs.threads, DataDir: p.dataDir, Files: p.files(),
		Timeout: settings.timeout, FailFast: settings.failFast, MaxFailures: settings.maxFailures,
		CheckpointEvery: settings.checkpoint,
	}
	gpus := 0
	if slices.ContainsFunc(pending, needsWorker) {
		if gpus, err = p.prepareTraining(ctx, pending, settings, &options); err != nil {
			return runner.Options{}, err
		}
	}
	options.Jobs = settings.jobs.of(len(pending), roomHere(gpus, settings.needs.each(pending, options)))
	return options, nil
}

// prepareTraining finds what training needs, and returns how many GPUs there are to train on.
func (p *program) prepareTraining(ctx context.Context, pending []run.Run, settings training, options *runner.Options) (gpus int, err error) {
	worker, err := findWorker()
	if err != nil {
		return 0, err
	}
	if err := p.checkDataSets(pending); err != nil {
		return 0, err
	}
	able, err := askWorker(ctx, worker)
	if err != nil {
		return 0, err
	}
	devices, err := chooseDevices(settings.device, able.CUDADevices)
	if err != nil {
		return 0, err
	}
	p.detail("worker %s: libtorch %s, %s, %s, %s", worker, able.Provenance.Libtorch, able.Provenance.BLAS, able.Provenance.BLASCore,
		plural(able.CUDADevices, "CUDA device", "CUDA devices"))
	options.Worker, options.Devices, options.Graph = []string{worker}, devices, settings.graph
	if settings.graph && devices[0] == "cpu" {
		p.note("warning: --cuda-graph changes nothing on a CPU")
	}
	settings.fuse.apply(options, devices[0], goesOnWith(able.Provenance, devices[0], options.Threads))
	if devices[0] != "cpu" {
		gpus = len(devices)
	}
	return gpus, nil
}

// checkDataSets sees that the data sets of the runs are there and whole.
func (p *program) checkDataSets(runs []run.Run) error {
	var all error
	var unusable []string
	for _, name := range dataSetsOf(runs) {
		if err := dataset.Check(p.dataDir, name); err != nil {
			all, unusable = errors.Join(all, err), append(unusable, name)
		}
	}
	if all == nil {
		return nil
	}
	return machineFailure(all, p.fetchHint(unusable...))
}

// dataSetsOf lists the data sets that runs use, where they use any.
func dataSetsOf(runs []run.Run) []string {
	var names []string
	for _, r := range runs {
		if name := r.Config.Text("data.name"); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// record writes down the sweeps and their runs, and that runs without a process were interrupted.
func record(ctx context.Context, s *store.Store, made plan, settings training) error {
	mode := store.Replace
	if len(settings.overrides) > 0 {
		mode = store.Add
	}
	for _, named := range made.sweeps {
		path, err := filepath.Abs(named.path)
		if err != nil {
			return fmt.Errorf("recording sweep %q: %w", named.Name, err)
		}
		recorded := store.Sweep{Name: named.Name, Description: named.Description, Pipeline: named.Pipeline, Path: path, Source: string(named.Source)}
		if err := s.PutSweep(ctx, recorded, named.Runs, mode); err != nil {
			return err
		}
	}
	var lost []run.Key
	for _, r := range made.runs {
		if r.status == run.Interrupted {
			lost = append(lost, r.Key)
		}
	}
	return s.MarkInterrupted(ctx, lost)
}

// announce says what is about to be done.
func (p *program) announce(made plan, options runner.Options) {
	for _, s := range made.sweeps {
		p.note("%s: %s", s.Name, plural(len(s.Runs), "run", "runs"))
	}
	if n := made.count(run.Running); n > 0 {
		p.note("%s", plural(n, "run is left to the process that trains it", "runs are left to the processes that train them"))
	}
	pending := len(made.pending())
	if pending == 0 {
		return
	}
	earlier := ""
	if n := made.count(run.Finished); n > 0 {
		earlier = fmt.Sprintf("; %d finished earlier", n)
	}
	time := ""
	if _, unknown := made.expected(options.Jobs); unknown < pending {
		time = "; " + made.expectation(options.Jobs)
	}
	groups := ""
	if n := sideBySide(options.Groups(made.pending())); n > 1 {
		groups = fmt.Sprintf(" in groups of up to %d", n)
	}
	p.note("%s %s%s, %d at a time on %s%s%s", doing(made.pending(), "training", "computing"), plural(pending, "run", "runs"),
		groups, options.Jobs, strings.Join(options.Devices, ", "), earlier, time)
}

// sideBySide returns how many runs the largest group has.
func sideBySide(groups []runner.Group) int {
	most := 0
	for _, group := range groups {
		most = max(most, len(group.Runs))
	}
	return most
}

// train makes the runs.
func (p *program) train(ctx context.Context, pending []run.Run, options runner.Options) error {
	options.Stop = runner.NewStopper()
	defer runner.NotifySignals(options.Stop)()
	progress := runner.NewProgress(runner.ProgressOptions{
		Out: messages{p}, Width: p.progressWidth(), Quiet: p.quiet, Runs: pending, Jobs: options.Jobs,
		Epochs: func(c run.Config) int { return int(c.Int("train.epochs")) },
	})
	options.Observer = progress
	summary, err := runner.Run(ctx, pending, options)
	if closed := progress.Close(); err == nil {
		err = closed
	}
	p.summarise(summary)
	return err
}
