// Package comparison groups runs by everything but the seed, lays the groups out as tables, and says how far their
// numbers tell them apart. It knows runs and statistics, but no files, no SQL and no Markdown.
package comparison

import (
	"cmp"
	"slices"

	"experiment/internal/run"
	"experiment/internal/stats"
)

// Group is the runs that a row of a table summarises: those that differ in nothing but their seed or, of GroupBy, in
// nothing that they are grouped by.
type Group struct {
	Label   string
	Loss    string        // its name; empty where several are mixed
	Config  run.Config    // of one of them or, of GroupBy, what they are grouped by
	Records []*run.Record // finished, by seed
	Planned int           // runs of every status
	Hidden  []Hidden      // settings in which the finished runs differ besides the seed
}

// GroupRecords groups runs by everything but the seed, in the order in which groups first occur. A run
// that occurs twice counts once.
func GroupRecords(records []run.Record) []*Group {
	return groupRecords(records, notSeed)
}

func notSeed(path string) bool { return path != "seed" }

func groupRecords(records []run.Record, tells func(path string) bool) []*Group {
	groups, groupOf := assign(records, tells)
	counts := make([]int, len(groups)) // finished runs
	for i, at := range groupOf {
		if at >= 0 && records[i].Status == run.Finished {
			counts[at]++
		}
	}
	for at, n := range counts {
		groups[at].Records = make([]*run.Record, 0, n)
	}
	for i, at := range groupOf {
		if at >= 0 && records[i].Status == run.Finished {
			groups[at].Records = append(groups[at].Records, &records[i])
		}
	}
	for _, g := range groups {
		slices.SortFunc(g.Records, func(a, b *run.Record) int {
			return cmp.Or(cmp.Compare(a.Config.Seed(), b.Config.Seed()), cmp.Compare(a.Key, b.Key))
		})
	}
	return groups
}

// assign returns the groups, still without records, and the one that each record belongs to: -1 for a run that was there
// before.
func assign(records []run.Record, tells func(path string) bool) (groups []*Group, groupOf []int) {
	var identity []byte
	byIdentity := map[string]int{}
	seen := make(map[run.Key]bool, len(records))
	groupOf = make([]int, len(records))
	for i := range records {
		r := &records[i]
		if seen[r.Key] {
			groupOf[i] = -1
			continue
		}
		seen[r.Key] = true
		identity = appendSettings(identity[:0], r.Config, tells)
		at, known := byIdentity[string(identity)]
		if !known {
			at = len(groups)
			byIdentity[string(identity)] = at
			groups = append(groups, &Group{Label: r.Label, Loss: r.Config.Text("loss.name"), Config: r.Config})
		}
		groupOf[i] = at
		groups[at].Planned++
	}
	return groups, groupOf
}

// Describe writes down the settings whose path is wanted, one after the other.
func Describe(c run.Config, wanted func(path string) bool) string {
	return string(appendSettings(nil, c, wanted))
}

func appendSettings(b []byte, c run.Config, wanted func(path string) bool) []byte {
	for _, f := range c.Fields() {
		if wanted(f.Path) {
			b = append(append(b, f.Path...), '=')
			b = append(appendSetting(b, f.Value), '\n')
		}
	}
	return b
}

// Values returns a metric of every finished run that has it, by seed.
func (g *Group) Values(split run.Split, calibration run.Calibration, name string) []float64 {
	var values []float64
	for _, r := range g.Records {
		if v, ok := r.Attempt.Result.Value(split, calibration, name); ok {
			values = append(values, v)
		}
	}
	return values
}

// Sample is what the runs of one seed gave.
type Sample struct {
	Seed  int64
	Value float64
}

// samples returns what a column reads, by seed. Runs of the same seed, which differ in hidden settings, are averaged;
// those that lack the metric do not count.
func (g *Group) samples(column Column, read Reading) []Sample {
	samples := make([]Sample, 0, len(g.Records))
	var same []float64 // of the last seed
	for _, r := range g.Records {
		value, ok := read(column, r)
		if !ok {
			continue
		}
		seed := r.Config.Seed()
		if last := len(samples) - 1; last >= 0 && samples[last].Seed == seed {
			same = append(same, value)
			samples[last].Value = stats.Summarise(same).Mean
			continue
		}
		samples = append(samples, Sample{seed, value})
		same = append(same[:0], value)
	}
	return samples
}

// Number returns the value of a setting that is a number.
func (g *Group) Number(path string) (float64, bool) {
	v, _ := g.Config.Get(path)
	switch v.(type) {
	case int64, float64:
		return g.Config.Float(path), true
	}
	return 0, false
}

// Finished returns the groups that have finished runs.
func Finished(groups []*Group) []*Group {
	return slices.DeleteFunc(slices.Clone(groups), func(g *Group) bool { return len(g.Records) == 0 })
}

// Having returns the groups with a finished run in which one of the columns reads a value.
func Having(groups []*Group, columns []Column, read Reading) []*Group {
	has := func(r *run.Record) bool {
		return slices.ContainsFunc(columns, func(c Column) bool { _, ok := read(c, r); return ok })
	}
	return slices.DeleteFunc(slices.Clone(groups), func(g *Group) bool { return !slices.ContainsFunc(g.Records, has) })
}
