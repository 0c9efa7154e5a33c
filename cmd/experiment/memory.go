package main

import "runtime/debug"

// What this program takes for sweeps, in bytes: memory is for those who train. A sweep of 100,000 runs is 100 MB of
// small objects, and by default as much again would be garbage before it is collected.
const (
	leastMemory  = 128 << 20 // for any number of runs
	memoryBase   = 24 << 20  // with no run at all
	memoryPerRun = 1100      // with room for little garbage
)

// limitMemory has garbage collected sooner where so many runs are in memory, unless GOMEMLIMIT says how much there is.
// Before they are counted there are 0: expanding more than leastMemory holds takes longer then.
func (p *program) limitMemory(runs int) {
	if p.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(max(leastMemory, memoryBase+memoryPerRun*int64(runs)))
	}
}
