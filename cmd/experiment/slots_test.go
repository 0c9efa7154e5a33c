package main

import (
	"runtime"
	"slices"
	"testing"
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
	cores := runtime.GOMAXPROCS(0)
	for _, c := range []struct {
		wanted           jobsWanted
		runs, gpus, want int
	}{
		{jobsWanted{0, 1}, 1000, 0, cores},
		{jobsWanted{0, 1}, 1, 0, 1},
		{jobsWanted{0, 2 * cores}, 1000, 0, 1},
		{jobsWanted{0, 1}, 1000, 3, 3},
		{jobsWanted{7, 1}, 1000, 3, 7},
		{jobsWanted{7, 1}, 2, 0, 2},
		{jobsWanted{0, 1}, 0, 0, 1},
	} {
		if got := c.wanted.of(c.runs, c.gpus); got != c.want {
			t.Errorf("%+v of %d runs on %d GPUs: %d jobs, want %d", c.wanted, c.runs, c.gpus, got, c.want)
		}
	}
}
