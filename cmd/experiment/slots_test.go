package main

import (
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
	const gigabyte = int64(1) << 30
	four := room{cores: 4}
	always := func(bytes int64) func(int) int64 { return func(int) int64 { return bytes } }
	sharing := func(jobs int) int64 { // larger groups where there are fewer
		switch {
		case jobs < 4:
			return 16 * gigabyte
		case jobs < 16:
			return 4 * gigabyte
		}
		return gigabyte
	}
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
		{jobsWanted{0, 1, 0}, 1000, room{cores: 64, memory: 8 * gigabyte, each: always(gigabyte)}, 8},
		{jobsWanted{0, 1, 0}, 1000, room{cores: 4, memory: 8 * gigabyte, each: always(gigabyte)}, 4},
		{jobsWanted{0, 1, 0}, 1000, room{cores: 4, memory: gigabyte / 2, each: always(gigabyte)}, 1},
		{jobsWanted{0, 1, 0}, 1000, room{cores: 64, memory: 20 * gigabyte, each: sharing}, 20},
		{jobsWanted{0, 1, 0}, 1000, room{cores: 64, memory: 14 * gigabyte, each: sharing}, 1},
		{jobsWanted{0, 1, 0}, 14, room{cores: 64, memory: 60 * gigabyte, each: sharing}, 14},
		{jobsWanted{0, 1, 0}, 14, room{cores: 64, memory: 50 * gigabyte, each: sharing}, 12},
		{jobsWanted{7, 1, 0}, 1000, room{cores: 4, memory: gigabyte, each: always(gigabyte)}, 7},
		{jobsWanted{0, 1, 0}, 1000, room{cores: 4, gpus: 3}, 3},
		{jobsWanted{0, 1, 4}, 1000, room{cores: 4, gpus: 3}, 12},
		{jobsWanted{0, 1, 4}, 1000, room{cores: 4, gpus: 3, memory: 5 * gigabyte, each: always(gigabyte)}, 5},
		{jobsWanted{7, 1, 0}, 1000, room{cores: 4, gpus: 3}, 7},
		{jobsWanted{7, 1, 2}, 1000, room{cores: 4, gpus: 3}, 6},
		{jobsWanted{7, 1, 0}, 2, four, 2},
	} {
		if got := c.wanted.of(c.runs, c.in); got != c.want {
			t.Errorf("%+v of %d runs with %d cores and %d bytes: %d jobs, want %d", c.wanted, c.runs, c.in.cores, c.in.memory, got, c.want)
		}
	}
}
