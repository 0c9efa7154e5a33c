package runner

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"experiment/internal/run"
)

// batch is runs that are to be made side by side by one worker; in the ordinary case it is one.
type batch []run.Run

// shape is what runs that can be made side by side have in common.
type shape struct {
	pipeline, form string
	most           int  // at a time
	begun          bool // in a group that goes on as it is
}

// batches puts runs of one shape together, those of one pipeline one after another and else in the order given.
// The runs of a shape are spread evenly over their batches, and no batch is so large that a worker would have none; but those of a
// group that goes on stay together.
func (o *Options) batches(runs []run.Run) []batch {
	shapes := make([]shape, len(runs))
	counts := map[shape]int{}
	left := o.folders()
	for i, r := range runs {
		shapes[i] = o.shape(r, (len(runs)+o.Jobs-1)/o.Jobs, left)
		if shapes[i].most > 1 || shapes[i].begun {
			counts[shapes[i]]++
		}
	}
	sizes := o.sizes(counts, len(runs))
	open := map[shape]int{} // the place in all of the batch that takes the next of a shape
	var all []batch
	for i, r := range runs {
		s := shapes[i]
		if len(sizes[s]) == 0 {
			all = append(all, batch{r})
			continue
		}
		at, found := open[s]
		if !found {
			at = len(all)
			open[s], all = at, append(all, nil)
		}
		all[at] = append(all[at], r)
		if len(all[at]) == sizes[s][0] {
			delete(open, s)
			sizes[s] = sizes[s][1:]
		}
	}
	return grouped(all)
}

// Group is runs that one worker would make side by side.
type Group struct {
	Runs     []run.Run
	Replicas int // that the worker computes, with those of a group that goes on which are not made any more
}

// Groups returns the runs as workers would make them, as far as that is known before.
func (o *Options) Groups(runs []run.Run) []Group {
	var groups []Group
	left := o.folders()
	for _, b := range o.batches(distinct(runs)) {
		g := Group{b, len(b)}
		if left[b[0].Key] {
			g.Replicas = o.replicas(b[0].Key, len(b))
		}
		groups = append(groups, g)
	}
	return groups
}

// folders returns the runs that have one, which others need not be looked for in. What cannot be read has nothing to go on from.
func (o *Options) folders() map[run.Key]bool {
	entries, err := os.ReadDir(o.Files)
	if err != nil {
		return nil
	}
	found := make(map[run.Key]bool, len(entries))
	for _, entry := range entries {
		found[run.Key(entry.Name())] = true
	}
	return found
}

// replicas returns how many a worker computes that makes so many runs side by side, of which one is given.
func (o *Options) replicas(one run.Key, runs int) int { return max(runs, len(o.begun(one))) }

// shape returns that of a run of which no more than so many are to be made side by side. Those that are left have a folder.
func (o *Options) shape(r run.Run, limit int, left map[run.Key]bool) shape {
	if left[r.Key] {
		if group := o.begun(r.Key); len(group) > 0 {
			return shape{pipeline: r.Config.Pipeline(), form: fmt.Sprint(group), most: len(group), begun: true}
		}
	}
	if o.Fuse == nil {
		return shape{most: 1}
	}
	form, most := o.Fuse(r)
	return shape{pipeline: r.Config.Pipeline(), form: form, most: min(most, limit)}
}

// begun returns the group that a run goes on in, none where it is in no certain one.
func (o *Options) begun(key run.Key) []run.Key {
	if o.Begun == nil {
		return nil
	}
	return o.Begun(filepath.Join(o.Files, string(key), checkpointName))
}

// sizes returns those of the batches of each shape. There are a few batches more than need be where the workers would else not
// end together: the largest ones are made smaller.
func (o *Options) sizes(counts map[shape]int, runs int) map[shape][]int {
	batches := map[shape]int{}
	total := runs // batches, with those of one run
	for s, n := range counts {
		batches[s] = (n + s.most - 1) / s.most
		total += batches[s] - n
	}
	for total%o.Jobs > 0 {
		s, found := largest(counts, batches)
		if !found {
			break
		}
		batches[s]++
		total++
	}
	sizes := map[shape][]int{}
	for s, n := range counts {
		for left := batches[s]; left > 0; left-- {
			size := (n + left - 1) / left
			sizes[s] = append(sizes[s], size)
			n -= size
		}
	}
	return sizes
}

// largest returns the shape with the largest batches, if there are any of more than one run. Of several it is the one with the
// most runs.
func largest(counts, batches map[shape]int) (found shape, ok bool) {
	for s, n := range counts {
		if s.begun || n == batches[s] {
			continue
		}
		more := cmp.Or(cmp.Compare(n*batches[found], counts[found]*batches[s]), cmp.Compare(n, counts[found]),
			cmp.Compare(found.pipeline, s.pipeline), cmp.Compare(found.form, s.form))
		if !ok || more > 0 {
			found, ok = s, true
		}
	}
	return found, ok
}

// grouped puts batches of one pipeline next to each other, so that workers are not changed to and fro.
func grouped(all []batch) []batch {
	rank := map[string]int{}
	of := func(b batch) string { return b[0].Config.Pipeline() }
	for _, b := range all {
		if _, known := rank[of(b)]; !known {
			rank[of(b)] = len(rank)
		}
	}
	slices.SortStableFunc(all, func(a, b batch) int { return rank[of(a)] - rank[of(b)] })
	return all
}

// countRuns returns how many there are in batches.
func countRuns(all []batch) int {
	n := 0
	for _, b := range all {
		n += len(b)
	}
	return n
}
