package main

import (
	"runtime"
	"runtime/debug"

	"experiment/internal/torch"
)

// settle makes room for a run: it gives back what earlier runs of this process left, which lies in pieces. Where much is in use,
// a data set for the most part and cheap to look through, little garbage may gather beside it.
func settle() {
	const much = 32 << 20
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	percent := 100
	if memory.HeapAlloc > much {
		percent = 20
		debug.FreeOSMemory()
	}
	debug.SetGCPercent(percent)
	torch.TrimMemory()
}
