package main

import (
	"slices"
	"testing"

	"experiment/internal/run"
)

func TestChooseDevices(t *testing.T) {
	for _, c := range []struct {
		word   string
		gpus   int
		want   []string
		status int
	}{
		{"", 0, []string{"cpu"}, 0},
		{"auto", 0, []string{"cpu"}, 0},
		{"auto", 2, []string{"cuda:0", "cuda:1"}, 0},
		{"cpu", 2, []string{"cpu"}, 0},
		{"cuda", 1, []string{"cuda:0"}, 0},
		{"cuda:1,0", 2, []string{"cuda:1", "cuda:0"}, 0},
		{"cuda", 0, nil, statusMachine},
		{"cuda:2", 2, nil, statusMachine},
		{"cuda:", 2, nil, statusUsage},
		{"cuda:-1", 2, nil, statusUsage},
		{"cuda0", 2, nil, statusUsage},
		{"tpu", 2, nil, statusUsage},
	} {
		got, err := chooseDevices(c.word, c.gpus)
		if !slices.Equal(got, c.want) {
			t.Errorf("chooseDevices(%q, %d) = %q, want %q", c.word, c.gpus, got, c.want)
		}
		if err != nil && classify(err).status != c.status || err == nil && c.status != 0 {
			t.Errorf("chooseDevices(%q, %d): %v, want status %d", c.word, c.gpus, err, c.status)
		}
	}
}

func TestJobs(t *testing.T) {
	const gigabyte = int64(1) << 30
	four := room{cores: 4}
	for _, c := range []struct {
		wanted jobsWanted
		runs   int
		in     room
		want   int
	}{
		{jobsWanted{0, 1, 0}, 1000, four, 4},
		{jobsWanted{0, 3, 0}, 1000, four, 1},
		{jobsWanted{0, 1, 0}, 1, four, 1},
		{jobsWanted{0, 8, 0}, 1000, four, 1},
		{jobsWanted{0, 1, 0}, 0, four, 1},
		{jobsWanted{0, 1, 2}, 1000, four, 4}, // no GPU
		{jobsWanted{0, 1, 0}, 1000, room{cores: 64, memory: 8 * gigabyte, each: gigabyte}, 8},
		{jobsWanted{0, 1, 0}, 1000, room{cores: 4, memory: 8 * gigabyte, each: gigabyte}, 4},
		{jobsWanted{0, 1, 0}, 1000, room{cores: 4, memory: gigabyte / 2, each: gigabyte}, 1},
		{jobsWanted{7, 1, 0}, 1000, room{cores: 4, memory: gigabyte, each: gigabyte}, 7},
		{jobsWanted{0, 1, 0}, 1000, room{cores: 4, gpus: 3}, 3},
		{jobsWanted{0, 1, 4}, 1000, room{cores: 4, gpus: 3}, 12},
		{jobsWanted{0, 1, 4}, 1000, room{cores: 4, gpus: 3, memory: 5 * gigabyte, each: gigabyte}, 5},
		{jobsWanted{7, 1, 0}, 1000, room{cores: 4, gpus: 3}, 7},
		{jobsWanted{7, 1, 2}, 1000, room{cores: 4, gpus: 3}, 6},
		{jobsWanted{7, 1, 0}, 2, four, 2},
	} {
		if got := c.wanted.of(c.runs, c.in); got != c.want {
			t.Errorf("%+v of %d runs in %+v: %d jobs, want %d", c.wanted, c.runs, c.in, got, c.want)
		}
	}
}

// Reproducing follows the same rule, by what is recorded of the runs themselves.
func TestMemoryTakenToReproduce(t *testing.T) {
	record := func(pipeline string, peak int64) run.Record {
		config, err := run.NewConfig([]run.Field{{Path: "pipeline", Value: pipeline}})
		if err != nil {
			t.Fatal(err)
		}
		r := run.Record{Run: run.Run{Key: config.Key(), Config: config}}
		r.Attempt.Provenance.PeakMemory = peak
		return r
	}
	small, large := record("classification", 1<<28), record("classification", 1<<31)
	silent, computed := record("classification", 0), record("bound", 0)
	for _, c := range []struct {
		records []run.Record
		want    int64
	}{
		{[]run.Record{small}, 1 << 28},
		{[]run.Record{small, silent}, unknownMemory},
		{[]run.Record{silent, large, small}, 1 << 31},
		{[]run.Record{silent}, unknownMemory},
		{[]run.Record{computed}, 0},
		{[]run.Record{computed, small}, 1 << 28},
	} {
		if got := memoryTaken(c.records); got != c.want {
			t.Errorf("%d runs need %d bytes each, want %d", len(c.records), got, c.want)
		}
	}
}

// Runs that train are taken to need the memory of libtorch where none like them is known; those that are computed are not.
func TestMemoryNeededIsThatOfTraining(t *testing.T) {
	var runs []run.Run
	for _, pipeline := range []string{"bound", "classification"} {
		config, err := run.NewConfig([]run.Field{{Path: "pipeline", Value: pipeline}})
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run.Run{Key: config.Key(), Config: config})
	}
	for n, want := range []int64{0, 0, unknownMemory} {
		if got, err := memoryNeeded(t.Context(), nil, runs[:n]); err != nil || got != want {
			t.Errorf("%d runs need %d bytes each, want %d: %v", n, got, want, err)
		}
	}
}
