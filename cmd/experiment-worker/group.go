package main

import (
	"fmt"
	"slices"

	"experiment/internal/checkpoint"
	"experiment/internal/run"
	"experiment/internal/sweep"
	"experiment/internal/worker"
	"experiment/pipelines/classification"
)

// group is runs that are trained in lockstep, in the order of their replicas.
type group []member

// member is a run of a group. Of one that is absent, since it left the group in an earlier process, there is nothing but the
// key: its place is taken, so that the others keep their digits, and nobody looks at what is computed there.
type member struct {
	worker.Task
	progress   worker.Progress
	checkpoint checkpoint.Checkpoint
	unread     error // why there is no checkpoint
}

// newGroup returns the runs of a job, in its order, with the checkpoints that they have.
func newGroup(job worker.Job, progress []worker.Progress) group {
	g := make(group, len(job.Tasks))
	for i, task := range job.Tasks {
		g[i] = member{Task: task, progress: progress[i]}
		g[i].checkpoint, g[i].unread = checkpoint.Read(task.Checkpoint)
	}
	return g
}

// asBegun returns the group that the runs were begun in, where all of them can go on in it on what is trained on now, and
// else these.
func (g group) asBegun(now run.Provenance) group {
	was := g[0].checkpoint.Provenance
	if len(was.Group) == 0 {
		return g
	}
	now.Group, now.DataChecksum = was.Group, was.DataChecksum // that of the data shows when they are loaded
	begun := make(group, len(was.Group))
	for i, key := range was.Group {
		begun[i].Key = key
	}
	for _, m := range g {
		at := begun.place(m.Key)
		if at < 0 || m.unread != nil || m.checkpoint.Match(m.Key, now) != nil {
			return g
		}
		begun[at] = m
	}
	return begun
}

// place returns that of a run, -1 where it has none.
func (g group) place(key run.Key) int {
	return slices.IndexFunc(g, func(m member) bool { return m.Key == key })
}

func (m member) absent() bool { return m.progress == nil }

// state returns the one that a run can go on from on what is trained on now.
func (m member) state(now run.Provenance) (classification.State, error) {
	if m.unread != nil {
		return classification.State{}, m.unread
	}
	if err := m.checkpoint.Match(m.Key, now); err != nil {
		return classification.State{}, err
	}
	return stateOf(m.checkpoint)
}

func (g group) keys() []run.Key {
	keys := make([]run.Key, len(g))
	for i, m := range g {
		keys[i] = m.Key
	}
	return keys
}

// configs returns those of the runs, whole, and the zero one for each that is absent.
func (g group) configs() ([]run.Config, error) {
	configs := make([]run.Config, len(g))
	for i, m := range g {
		if m.absent() {
			continue
		}
		var err error
		if configs[i], err = sweep.Complete(m.Config); err != nil {
			return nil, err
		}
	}
	return configs, nil
}

// circumstances says what the runs are trained on.
func (g group) circumstances(p run.Provenance) error {
	for _, m := range g {
		if m.absent() {
			continue
		}
		if err := m.progress.Circumstances(p); err != nil {
			return err
		}
	}
	return nil
}

// Note implements classification.Observer. A log that is full or gone ends no run.
func (g group) Note(text string) {
	for _, m := range g {
		if !m.absent() {
			fmt.Fprintln(m.progress, "note:", text)
		}
	}
}

// Epoch implements classification.Observer.
func (g group) Epoch(replica int, e run.Epoch) error { return g[replica].progress.Epoch(e) }

// Diverged implements classification.Observer.
func (g group) Diverged(replica int, err error) error {
	return g[replica].progress.Failed(classify(err))
}
