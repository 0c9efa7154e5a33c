package report

import (
	"cmp"
	"slices"
	"strings"

	"experiment/internal/run"
)

// group is the runs that differ in nothing but their seed.
type group struct {
	label   string
	loss    string
	config  run.Config   // of one of them
	records []run.Record // finished, by seed
	planned int          // runs of every status
}

// groupRecords groups runs by everything but the seed, in the order in which groups first occur. A run
// that occurs twice counts once.
func groupRecords(records []run.Record) []*group {
	var groups []*group
	byIdentity := map[string]*group{}
	seen := map[run.Key]bool{}
	for _, r := range records {
		if seen[r.Key] {
			continue
		}
		seen[r.Key] = true
		identity := identityOf(r.Config)
		g := byIdentity[identity]
		if g == nil {
			g = &group{label: r.Label, loss: r.Config.Text("loss.name"), config: r.Config}
			byIdentity[identity] = g
			groups = append(groups, g)
		}
		g.planned++
		if r.Status == run.Finished {
			g.records = append(g.records, r)
		}
	}
	for _, g := range groups {
		slices.SortFunc(g.records, func(a, b run.Record) int {
			return cmp.Or(cmp.Compare(a.Config.Seed(), b.Config.Seed()), cmp.Compare(a.Key, b.Key))
		})
	}
	return groups
}

// identityOf writes down everything of a configuration but the seed.
func identityOf(c run.Config) string {
	return describe(c, func(path string) bool { return path != "seed" })
}

// describe writes down the settings whose path is wanted, one after the other.
func describe(c run.Config, wanted func(path string) bool) string {
	var b strings.Builder
	for _, f := range c.Fields() {
		if wanted(f.Path) {
			b.WriteString(f.Path)
			b.WriteByte('=')
			b.WriteString(formatSetting(f.Value))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// values returns a metric of every finished run that has it, by seed.
func (g *group) values(split run.Split, calibration run.Calibration, name string) []float64 {
	var values []float64
	for _, r := range g.records {
		if v, ok := r.Attempt.Result.Value(split, calibration, name); ok {
			values = append(values, v)
		}
	}
	return values
}

// read returns what a column reads of every finished run that has it, by seed.
func (g *group) read(column Column, read reading) []float64 {
	var values []float64
	for _, r := range g.records {
		if v, ok := read(column, r); ok {
			values = append(values, v)
		}
	}
	return values
}

// finished returns the groups that have finished runs.
func finished(groups []*group) []*group {
	return slices.DeleteFunc(slices.Clone(groups), func(g *group) bool { return len(g.records) == 0 })
}
