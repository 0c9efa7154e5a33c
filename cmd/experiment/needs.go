package main

import (
	"context"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

const (
	// bareMemory is what a worker takes before any data, for libtorch.
	bareMemory = 160_000_000
	// unknownMemory is what a worker is taken to need where no run like its own is finished: 1 GiB.
	unknownMemory = 1 << 30
)

// needs are what workers took for runs like some, by how many they trained side by side. Of runs that are not in it nothing is
// known.
type needs map[run.Key][]store.Memory

// readNeeds returns what is known. A nil reader stands for a database that does not exist yet.
func readNeeds(ctx context.Context, r *store.Reader, runs []run.Run) (needs, error) {
	if r == nil {
		return nil, nil
	}
	return r.PeakMemory(ctx, runs)
}

// needsOf returns what is recorded of runs themselves.
func needsOf(records []run.Record) needs {
	known := needs{}
	for _, each := range records {
		if p := each.Attempt.Provenance; p.PeakMemory > 0 {
			known[each.Key] = []store.Memory{{Replicas: max(p.Replicas, 1), Bytes: p.PeakMemory}}
		}
	}
	return known
}

// of returns how many bytes a worker needs for a run that it trains as one of so many side by side. It is 0 for one that does not
// train: computing it takes 30 MB.
func (n needs) of(r run.Run, replicas int) int64 {
	if !needsWorker(r) {
		return 0
	}
	least := int64(0)
	for _, taken := range n[r.Key] {
		bytes := taken.Bytes
		if more := replicas - taken.Replicas; more > 0 { // each of which takes no more than its share of what was taken
			bytes += int64(more) * max(0, taken.Bytes-bareMemory) / int64(taken.Replicas)
		}
		if least == 0 || bytes < least {
			least = bytes
		}
	}
	if least == 0 {
		return unknownMemory
	}
	return least
}

// each returns how many bytes a worker needs for any of the runs, where so many workers make them.
func (n needs) each(runs []run.Run, options runner.Options) func(jobs int) int64 {
	return func(jobs int) int64 {
		options.Jobs = jobs
		var most int64
		for _, group := range options.Groups(runs) {
			for _, r := range group.Runs {
				most = max(most, n.of(r, group.Replicas))
			}
		}
		return most
	}
}
