package sweep

import (
	"experiment/internal/run"
)

// expansion is the state of expanding a sweep.
type expansion struct {
	spec    *spec
	found   *problems
	sweep   Sweep
	seen    map[run.Key]struct{}
	matched []bool      // by exclude entry, whether it excluded anything
	seeds   []any       // as values of fields
	fields  []run.Field // reused from place to place
}

// expand returns the runs of a sweep that was read without errors.
func (s *spec) expand(found *problems) Sweep {
	x := &expansion{
		spec: s, found: found,
		sweep:   Sweep{Name: s.name, Description: s.description, Pipeline: s.words.pipeline.Name},
		matched: make([]bool, len(s.exclude)),
	}
	for _, seed := range s.seeds {
		x.seeds = append(x.seeds, seed)
	}
	shapers := make([]*shaper, len(s.blocks))
	total := 0
	for i, b := range s.blocks {
		shapers[i] = s.shaper(b, found)
		count := len(s.seeds)
		for _, a := range shapers[i].axes {
			count = times(count, a.length)
		}
		total = min(total+count, MaxRuns+1)
	}
	if total > MaxRuns {
		found.add(s.at, "", "the sweep describes more than %d runs", MaxRuns)
		return x.sweep
	}
	x.seen = make(map[run.Key]struct{}, total)
	x.sweep.Runs = make([]run.Run, 0, total)
	for _, shaper := range shapers {
		x.block(shaper)
	}
	x.reportExclusions()
	return x.sweep
}

// times multiplies two counts and stops just above the number of runs that is allowed.
func times(a, b int) int {
	if b != 0 && a > MaxRuns/b {
		return MaxRuns + 1
	}
	return a * b
}

// block expands one block: every place on its axes, the last one varying fastest.
func (x *expansion) block(s *shaper) {
	choosers := s.choosers()
	shapes := make(map[string]*shape)
	place := make([]int, len(s.axes))
	choices := make([]byte, len(choosers))
	for more := true; more; more = advance(place, s.axes) {
		for i, c := range choosers {
			choices[i] = c.at(place)
		}
		sh, known := shapes[string(choices)]
		if !known {
			sh = s.make(chosen(choosers, choices))
			shapes[string(choices)] = sh
		}
		if sh != nil {
			x.place(s, sh, place)
		}
	}
}

// advance steps to the next place, and says whether there is one.
func advance(place []int, axes []axis) bool {
	for i := len(place) - 1; i >= 0; i-- {
		if place[i]++; place[i] < axes[i].length {
			return true
		}
		place[i] = 0
	}
	return false
}

// place adds the runs, one a seed, at one place on the axes of a block.
func (x *expansion) place(s *shaper, sh *shape, place []int) {
	x.fields = sh.fill(x.fields[:0], place)
	label, checked := "", false
	for _, seed := range x.seeds {
		x.fields[sh.seed].Value = seed
		if x.excluded(sh) {
			x.sweep.Excluded++
			continue
		}
		config, ok := x.config(s, sh)
		if !ok || !checked && !x.allowed(s, sh, config) {
			return
		}
		if !checked {
			label, checked = x.spec.words.pipeline.LabelOf(config), true
		}
		key := config.Key()
		if _, twice := x.seen[key]; twice {
			x.sweep.Duplicates++
			continue
		}
		x.seen[key] = struct{}{}
		x.sweep.Runs = append(x.sweep.Runs, run.Run{Key: key, Label: label, Config: config})
	}
}

// excluded says whether an exclude entry matches the run at hand.
func (x *expansion) excluded(sh *shape) bool {
	hit := false
	for _, c := range sh.excluded {
		if c.matches(x.fields) {
			x.matched[c.entry], hit = true, true
		}
	}
	return hit
}

// config returns the configuration of the run at hand, without what is left out at its default.
func (x *expansion) config(s *shaper, sh *shape) (run.Config, bool) {
	fields := x.fields
	if sh.optional {
		fields = make([]run.Field, 0, len(x.fields))
		for i, f := range x.fields {
			if sh.slots[i].omitted == nil || sh.slots[i].omitted != f.Value {
				fields = append(fields, f)
			}
		}
	}
	return x.newConfig(s, fields)
}

func (x *expansion) newConfig(s *shaper, fields []run.Field) (run.Config, bool) {
	config, err := run.NewConfig(fields)
	if err != nil {
		x.found.add(s.block.at, "", "%v", err)
	}
	return config, err == nil
}

// allowed checks the rules of the pipeline, which see every setting, for the run at hand.
func (x *expansion) allowed(s *shaper, sh *shape, config run.Config) bool {
	ok := true
	if sh.optional {
		config, ok = x.newConfig(s, x.fields)
	}
	for _, rule := range x.spec.words.pipeline.Rules {
		if err := rule.Check(config); err != nil {
			x.found.add(s.origin(sh, rule.Path), "", "%v", err)
			ok = false
		}
	}
	return ok
}

// reportExclusions warns of entries that excluded nothing, and reports it where nothing is left.
func (x *expansion) reportExclusions() {
	for i, e := range x.spec.exclude {
		if !x.matched[i] {
			x.found.warn(e.at, "", "%s matches no run", e.title)
		}
	}
	if len(x.sweep.Runs) == 0 && x.sweep.Excluded > 0 {
		x.found.add(x.spec.exclude[0].at, "", "every run is excluded")
	}
}
