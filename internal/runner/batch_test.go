package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

// shaped returns runs that have a shape each, and a Fuse that reads it. Of the shape "alone" each is made alone.
func shaped(t rapid.TB, most int, shapes ...string) ([]run.Run, func(run.Run) (string, int)) {
	runs := make([]run.Run, len(shapes))
	for i, s := range shapes {
		config, err := run.NewConfig([]run.Field{{Path: "shape", Value: s}, {Path: "seed", Value: int64(i)}})
		if err != nil {
			t.Fatal(err)
		}
		runs[i] = run.Run{Key: config.Key(), Config: config}
	}
	return runs, func(r run.Run) (string, int) {
		if form := r.Config.Text("shape"); form != "alone" {
			return form, most
		}
		return "alone", 1
	}
}

func sizesOf(all []batch) []int {
	var sizes []int
	for _, b := range all {
		sizes = append(sizes, len(b))
	}
	return sizes
}

func TestBatches(t *testing.T) {
	tests := []struct {
		runs, jobs, most int
		want             []int
	}{
		{64, 2, 16, []int{16, 16, 16, 16}},
		{20, 2, 16, []int{10, 10}},
		{33, 2, 16, []int{9, 8, 8, 8}}, // not three, of which one worker would make two
		{3, 2, 16, []int{2, 1}},
		{3, 4, 16, []int{1, 1, 1}},
		{5, 1, 2, []int{2, 2, 1}},
		{4, 1, 1, []int{1, 1, 1, 1}},
		{7, 1, 100, []int{7}},
	}
	for _, test := range tests {
		runs, fuse := shaped(t, test.most, slices.Repeat([]string{"a"}, test.runs)...)
		o := Options{Jobs: test.jobs, Fuse: fuse}
		if got := sizesOf(o.batches(runs)); !slices.Equal(got, test.want) {
			t.Errorf("%d runs for %d workers, %d side by side, are made as %v, not %v", test.runs, test.jobs, test.most, got, test.want)
		}
	}
}

func TestBatchesKeepTheOrderOfTheirFirstRuns(t *testing.T) {
	runs, fuse := shaped(t, 2, "a", "alone", "b", "a", "b", "alone", "a")
	o := Options{Jobs: 1, Fuse: fuse}
	var got [][]int64
	for _, b := range o.batches(runs) {
		var seeds []int64
		for _, r := range b {
			seeds = append(seeds, r.Config.Seed())
		}
		got = append(got, seeds)
	}
	if want := "[[0 3] [1] [2 4] [5] [6]]"; fmt.Sprint(got) != want {
		t.Errorf("the batches are %v, not %s", got, want)
	}
}

// The batches of several shapes are made smaller where one of them does not suffice for all workers.
func TestBatchesOfSeveralShapesServeAllWorkers(t *testing.T) {
	runs, fuse := shaped(t, 2, "a", "a", "b", "b", "c", "c")
	o := Options{Jobs: 5, Fuse: fuse}
	if got := o.batches(runs); len(got) != 5 {
		t.Errorf("six runs for five workers are made as %v", sizesOf(got))
	}
}

// Every run is made once, with none but those of its shape, no more side by side than it may; and no worker that could
// have a run is left without.
func TestBatchesProperties(t *testing.T) {
	files := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		shapes := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "alone"}), 1, 60).Draw(t, "shapes")
		most, jobs := rapid.IntRange(1, 20).Draw(t, "most"), rapid.IntRange(1, 8).Draw(t, "jobs")
		runs, fuse := shaped(t, most, shapes...)
		begun := map[run.Key][]run.Key{}
		for i, r := range runs {
			if g := rapid.IntRange(-10, 2).Draw(t, "group"); g >= 0 { // one of 60, most of which are not to be made any more
				begun[r.Key] = slices.Repeat([]run.Key{run.Key(fmt.Sprint(shapes[i], g))}, 60)
				if err := os.MkdirAll(filepath.Join(files, string(r.Key)), 0o755); err != nil {
					t.Fatal(err)
				}
			}
		}
		o := Options{Jobs: jobs, Files: files, Fuse: fuse, Begun: func(checkpoint string) []run.Key { return begun[run.Key(filepath.Base(filepath.Dir(checkpoint)))] }}
		all := o.batches(runs)
		places := map[string]int{}
		seen := map[run.Key]bool{}
		for i, b := range all {
			form, limit := fuse(b[0])
			group := begun[b[0].Key]
			if len(b) == 0 || group == nil && len(b) > limit {
				t.Fatalf("%d are side by side", len(b))
			}
			if place, known := places[fmt.Sprint(group)]; known && group != nil {
				t.Fatalf("group %v is in the batches %d and %d", group, place, i)
			}
			places[fmt.Sprint(group)] = i
			for _, r := range b {
				if !slices.Equal(begun[r.Key], group) {
					t.Fatalf("one of group %v is with one of %v", begun[r.Key], group)
				}
				if other, _ := fuse(r); other != form || seen[r.Key] {
					t.Fatalf("run %v of shape %s is with %s, or twice", r.Config.Seed(), other, form)
				}
				seen[r.Key] = true
			}
		}
		if len(seen) != len(runs) {
			t.Fatalf("%d of %d runs are made", len(seen), len(runs))
		}
		if len(begun) == 0 && len(all) < min(jobs, len(runs)) {
			t.Fatalf("%d runs for %d workers are made as %v", len(runs), jobs, sizesOf(all))
		}
	})
}
