// Package comparison groups runs by everything but the seed, and lays the groups out as tables. It knows runs and
// statistics, but no files, no SQL and no Markdown.
package comparison

import (
	"cmp"
	"slices"
	"strings"

	"experiment/internal/run"
)

// Group is the runs that differ in nothing but their seed.
type Group struct {
	Label   string
	Loss    string
	Config  run.Config   // of one of them
	Records []run.Record // finished, by seed
	Planned int          // runs of every status
}

// GroupRecords groups runs by everything but the seed, in the order in which groups first occur. A run
// that occurs twice counts once.
func GroupRecords(records []run.Record) []*Group {
	var groups []*Group
	byIdentity := map[string]*Group{}
	seen := map[run.Key]bool{}
	for _, r := range records {
		if seen[r.Key] {
			continue
		}
		seen[r.Key] = true
		identity := identityOf(r.Config)
		g := byIdentity[identity]
		if g == nil {
			g = &Group{Label: r.Label, Loss: r.Config.Text("loss.name"), Config: r.Config}
			byIdentity[identity] = g
			groups = append(groups, g)
		}
		g.Planned++
		if r.Status == run.Finished {
			g.Records = append(g.Records, r)
		}
	}
	for _, g := range groups {
		slices.SortFunc(g.Records, func(a, b run.Record) int {
			return cmp.Or(cmp.Compare(a.Config.Seed(), b.Config.Seed()), cmp.Compare(a.Key, b.Key))
		})
	}
	return groups
}

// identityOf writes down everything of a configuration but the seed.
func identityOf(c run.Config) string {
	return Describe(c, func(path string) bool { return path != "seed" })
}

// Describe writes down the settings whose path is wanted, one after the other.
func Describe(c run.Config, wanted func(path string) bool) string {
	var b strings.Builder
	for _, f := range c.Fields() {
		if wanted(f.Path) {
			b.WriteString(f.Path)
			b.WriteByte('=')
			b.WriteString(FormatSetting(f.Value))
			b.WriteByte('\n')
		}
	}
	return b.String()
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

// read returns what a column reads of every finished run that has it, by seed.
func (g *Group) read(column Column, read Reading) []float64 {
	var values []float64
	for _, r := range g.Records {
		if v, ok := read(column, r); ok {
			values = append(values, v)
		}
	}
	return values
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
