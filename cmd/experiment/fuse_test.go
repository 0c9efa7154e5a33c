package main

import (
	"testing"

	"experiment/internal/checkpoint"
	"experiment/internal/run"
)

// A run goes on in its group where a worker now is what it was then; what only shows later is not looked at.
func TestGoesOnWith(t *testing.T) {
	worker := run.Provenance{Commit: "c1", Libtorch: "2.6.0", Threads: 1, BLASCore: "Haswell"}
	was := run.Provenance{
		Commit: "c1", Libtorch: "2.6.0", Threads: 2, BLASCore: "Haswell", Device: "cuda:0", DeviceName: "H100", Driver: "550",
		DataChecksum: "d1", Environment: map[string]string{"OMP_NUM_THREADS": "2"}, Group: []run.Key{"a", "b"}, Replicas: 2,
	}
	for name, c := range map[string]struct {
		change  func(worker *run.Provenance)
		device  string
		threads int
		want    bool
	}{
		"the same":          {func(*run.Provenance) {}, "cuda:3", 2, true},
		"another libtorch":  {func(p *run.Provenance) { p.Libtorch = "2.5.1" }, "cuda:0", 2, false},
		"another program":   {func(p *run.Provenance) { p.Dirty = "d" }, "cuda:0", 2, false},
		"more threads":      {func(*run.Provenance) {}, "cuda:0", 4, false},
		"on another device": {func(*run.Provenance) {}, "cpu", 2, false},
	} {
		now := worker
		c.change(&now)
		if got := goesOnWith(now, c.device, c.threads)(checkpoint.Checkpoint{Provenance: was}); got != c.want {
			t.Errorf("%s: it goes on: %v", name, got)
		}
	}
}
