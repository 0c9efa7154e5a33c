package sweep

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

// generatedAxis is one axis of a generated grid: values that are all different, each in several spellings.
type generatedAxis struct {
	path   string
	values [][]string
}

// candidateAxes are axes that may be crossed in any combination.
var candidateAxes = []generatedAxis{
	{"optimizer.lr", [][]string{{"1", "1.0", "1e0", "+1"}, {"0.1", ".1", "1e-1"}, {"5e-4", "0.0005"}, {"2", "0x2", "2."}}},
	{"optimizer.weight_decay", [][]string{{"0", "-0", "0.0", "0e5"}, {"0.5", ".5"}}},
	{"train.epochs", [][]string{{"1", "1.0", "1e0"}, {"20", "2e1", "0o24"}, {"300"}}},
	{"optimizer.nesterov", [][]string{{"true", "True", "TRUE"}, {"false", "False"}}},
	{"model.depth", [][]string{{"0"}, {"1"}, {"2", "2.0"}, {"3"}}},
	{"loss.name", [][]string{{"focal", `"focal"`}, {"entropy_regularised", "'entropy_regularised'"}}},
	{"loss.gamma", [][]string{{"0"}, {"3", "3.0"}, {"7.5"}}},
}

// chosenAxis is an axis with the values taken of it, as indexes.
type chosenAxis struct {
	generatedAxis
	taken []int
}

// drawAxes draws some axes, each with some of its values, in any order and perhaps repeated. The loss is
// always one that has gamma.
func drawAxes(t *rapid.T) []chosenAxis {
	all := rapid.Permutation(candidateAxes).Draw(t, "axes")
	var axes []chosenAxis
	for _, a := range all[:rapid.IntRange(0, 4).Draw(t, "count")] {
		index := rapid.IntRange(0, len(a.values)-1)
		axes = append(axes, chosenAxis{a, rapid.SliceOfN(index, 1, 5).Draw(t, a.path)})
	}
	return axes
}

// distinct returns how many different values the axis takes.
func (a chosenAxis) distinct() int {
	taken := slices.Clone(a.taken)
	slices.Sort(taken)
	return len(slices.Compact(taken))
}

// write writes the axis as an entry of a mapping in flow style, each value in a drawn spelling.
func (a chosenAxis) write(t *rapid.T) string {
	values := make([]string, len(a.taken))
	for i, v := range a.taken {
		values[i] = rapid.SampledFrom(a.values[v]).Draw(t, "spelling")
	}
	return fmt.Sprintf("%s: [%s]", a.path, strings.Join(values, ", "))
}

// file writes a sweep file with the axes in the grid.
func file(t *rapid.T, axes []chosenAxis, seeds int) []byte {
	entries := make([]string, len(axes))
	for i, a := range axes {
		entries[i] = a.write(t)
	}
	return fmt.Appendf(nil, "name: generated\nbase: {loss.name: focal}\ngrid: {%s}\nseeds: %d\n", strings.Join(entries, ", "), seeds)
}

func parseOrFail(t *rapid.T, source []byte) Sweep {
	sweep, err := Parse("generated.yaml", source)
	if err != nil {
		t.Fatalf("%s\n%v", source, err)
	}
	return sweep
}

func sortedKeys(runs []run.Run) []run.Key {
	keys := make([]run.Key, len(runs))
	for i, r := range runs {
		keys[i] = r.Key
	}
	slices.Sort(keys)
	return keys
}

func TestCountIsProductOfDistinctValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axes, seeds := drawAxes(t), rapid.IntRange(1, 4).Draw(t, "seeds")
		sweep := parseOrFail(t, file(t, axes, seeds))
		described, distinct := seeds, seeds
		for _, a := range axes {
			described *= len(a.taken)
			distinct *= a.distinct()
		}
		if len(sweep.Runs) != distinct || len(sweep.Runs)+sweep.Duplicates != described {
			t.Fatalf("%d runs and %d duplicates of %d that are described, %d of them different",
				len(sweep.Runs), sweep.Duplicates, described, distinct)
		}
	})
}

func TestSpellingAndOrderDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axes := drawAxes(t)
		first := parseOrFail(t, file(t, axes, 2))
		second := parseOrFail(t, file(t, rapid.Permutation(axes).Draw(t, "order"), 2))
		if !slices.Equal(sortedKeys(first.Runs), sortedKeys(second.Runs)) {
			t.Fatal("the same axes, spelled and ordered otherwise, give other runs")
		}
	})
}

// TestExclusionsPartition: what an entry takes out and what is left make up the whole, and what is
// left is just what does not match.
func TestExclusionsPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axes := drawAxes(t)
		if len(axes) == 0 {
			t.Skip("nothing to exclude by")
		}
		whole := parseOrFail(t, file(t, axes, 2))
		victim := rapid.SampledFrom(whole.Runs).Draw(t, "victim")
		path := rapid.SampledFrom(axes).Draw(t, "axis").path
		value, ok := victim.Config.Get(path)
		if !ok {
			t.Fatalf("the run has no %s", path)
		}
		var left []run.Run
		for _, r := range whole.Runs {
			if v, _ := r.Config.Get(path); v != value {
				left = append(left, r)
			}
		}
		source := fmt.Appendf(file(t, axes, 2), "exclude: [{%s: %v}]\n", path, value)
		sweep, err := Parse("generated.yaml", source)
		if len(left) == 0 {
			if err == nil {
				t.Fatal("a sweep without runs is no error")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(sortedKeys(sweep.Runs), sortedKeys(left)) {
			t.Fatalf("%d runs are left, not %d", len(sweep.Runs), len(left))
		}
	})
}

// TestRunsOfASweepAreComplete: the configuration of a run holds every setting but those that came later, so
// that completing it changes nothing, and naming each of them in a base describes the same run.
func TestRunsOfASweepAreComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := parseOrFail(t, file(t, drawAxes(t), 2)).Runs
		r := rapid.SampledFrom(runs).Draw(t, "run")
		completed, err := Complete(r.Config)
		if err != nil || !sameRun(completed, r.Config) {
			t.Fatalf("completing changes the run, error %v", err)
		}
		var entries []string
		for _, f := range r.Config.Fields() {
			if f.Path != "seed" && f.Path != "pipeline" {
				entries = append(entries, fmt.Sprintf("%s: %v", f.Path, f.Value))
			}
		}
		source := fmt.Appendf(nil, "name: again\nbase: {%s}\nseeds: [%d]\n", strings.Join(entries, ", "), r.Config.Seed())
		again := parseOrFail(t, source)
		if len(again.Runs) != 1 || again.Runs[0].Key != r.Key || again.Runs[0].Label != r.Label {
			t.Fatalf("written out, the run is another:\n%s", source)
		}
	})
}
