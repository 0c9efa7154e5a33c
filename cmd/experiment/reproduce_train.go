package main

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"experiment/internal/reproduction"
	"experiment/internal/run"
	"experiment/internal/store"
)

// groupsOf returns for each record whose digits depend on the runs that it was trained in lockstep with all runs of that
// group, in their order. Where one of them is no longer recorded there is no group, and a warning.
func (p *program) groupsOf(ctx context.Context, r *store.Reader, records []run.Record) (map[run.Key][]run.Run, error) {
	groups := map[run.Key][]run.Run{}
	for _, each := range records {
		keys := each.Attempt.Provenance.Group
		if len(keys) == 0 {
			continue
		}
		members, err := p.records(ctx, r, keys, 0)
		if err != nil {
			return nil, err
		}
		if len(members) < len(keys) {
			p.note("warning: run %s was trained in lockstep with others, of which %d are no longer recorded: it is trained alone", each.Key.Short(), len(keys)-len(members))
			continue
		}
		for _, member := range members {
			groups[each.Key] = append(groups[each.Key], member.Run)
		}
	}
	return groups, nil
}

// circumstances are those that a worker is started in.
type circumstances struct {
	threads int
	device  string
	graph   bool   // steps are replayed as a CUDA graph
	group   string // the keys of the runs that are trained in lockstep, where it is to be those
}

// circumstances returns those of a recorded attempt, but for what the flags say. Which accelerator of
// several it was does not matter.
func (s reproducing) circumstances(recorded run.Provenance) circumstances {
	under := circumstances{threads: s.jobs.threads, device: s.device}
	if under.threads == 0 {
		under.threads = max(recorded.Threads, 1)
	}
	if under.device == "" {
		under.device, _, _ = strings.Cut(recorded.Device, ":")
	}
	under.graph = recorded.Steps == run.Replayed && under.device != "cpu"
	return under
}

// pass is records that are made again under the same circumstances, and the runs that it takes.
type pass struct {
	circumstances
	records []run.Record
	runs    []run.Run
}

// passes puts records of the same circumstances together, and each that belongs to a group with those of its group.
func (s reproducing) passes(records []run.Record, groups map[run.Key][]run.Run) []*pass {
	var order []*pass
	under := map[circumstances]*pass{}
	for _, each := range records {
		c, runs := s.circumstances(each.Attempt.Provenance), []run.Run{each.Run}
		if group := groups[each.Key]; group != nil {
			c.group, runs = joinKeys(group), group
		}
		at := under[c]
		if at == nil {
			at = &pass{circumstances: c}
			under[c], order = at, append(order, at)
		} else if c.group != "" {
			runs = nil // they are there
		}
		at.records, at.runs = append(at.records, each), append(at.runs, runs...)
	}
	return order
}

// makeAgain trains the runs, those of the same circumstances side by side and those of a group in lockstep, and returns
// the attempts at the records. Where there is an error they may not be all.
func (p *program) makeAgain(ctx context.Context, records []run.Record, groups map[run.Key][]run.Run, settings reproducing, folder string) (map[run.Key]run.Attempt, error) {
	made := map[run.Key]run.Attempt{}
	known := needsOf(records)
	for i, under := range settings.passes(records, groups) {
		var keeper reproduction.Keeper
		err := p.makePass(ctx, under, known, settings, filepath.Join(folder, strconv.Itoa(i)), &keeper)
		for _, each := range under.records {
			if attempt, ok := keeper.Attempt(each.Key); ok {
				made[each.Key] = attempt
			}
		}
		if err != nil {
			return made, err
		}
	}
	return made, nil
}

func (p *program) makePass(ctx context.Context, under *pass, known needs, settings reproducing, folder string, keeper *reproduction.Keeper) error {
	wanted := training{
		jobs: settings.jobs, fuse: noFusing, device: under.device, graph: under.graph, timeout: settings.timeout, needs: known,
		maxFailures: len(under.runs) + 1, // one failure says nothing about the others
	}
	wanted.jobs.threads = under.threads
	lockstep := ""
	if under.group != "" {
		wanted.jobs.number, wanted.fuse = 1, fusing(len(under.runs))
		lockstep = " in lockstep"
	}
	options, err := p.prepare(ctx, under.runs, wanted)
	if err != nil {
		return err
	}
	options.Files, options.Recorder = folder, keeper
	p.note("%s %s again%s, %d at a time on %s", doing(under.runs, "training", "computing"), plural(len(under.runs), "run", "runs"),
		lockstep, options.Jobs, strings.Join(options.Devices, ", "))
	return p.train(ctx, under.runs, options)
}

func joinKeys(runs []run.Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(string(r.Key))
	}
	return b.String()
}
