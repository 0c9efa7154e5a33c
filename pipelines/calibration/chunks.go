package calibration

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Examples are worked on in chunks, which depend on nothing but their number, so that sums over chunks in their
// order have the same bits on any number of cores.
const (
	mostChunks    = 16
	smallestChunk = 4096
)

// chunkSize returns the size of every chunk of n examples but the last.
func chunkSize(n int) int { return max(smallestChunk, (n+mostChunks-1)/mostChunks) }

// chunksOf returns the number of chunks of n examples.
func chunksOf(n int) int { return (n + chunkSize(n) - 1) / chunkSize(n) }

// inChunks calls f for every chunk of n examples, on all cores, and returns the error of the first chunk that has
// one.
func inChunks(n int, f func(chunk, start, end int) error) error {
	size := chunkSize(n)
	failures := make([]error, chunksOf(n))
	inParallel(len(failures), func(chunk int) {
		failures[chunk] = f(chunk, chunk*size, min(n, (chunk+1)*size))
	})
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// inParallel calls f for 0 to count-1, on all cores. A panic of f is one of inParallel, on the goroutine of its caller.
func inParallel(count int, f func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	var failure atomic.Pointer[any]
	for range min(count, runtime.GOMAXPROCS(0)) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			defer func() {
				if v := carried(recover()); v != nil {
					failure.CompareAndSwap(nil, &v)
					next.Store(int64(count))
				}
			}()
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				f(i)
			}
		}()
	}
	workers.Wait()
	if v := failure.Load(); v != nil {
		panic(*v)
	}
}

// carried returns what to panic with on another goroutine: an error of a row as it is, and anything else, which is a
// bug, with the stack that it came from.
func carried(recovered any) any {
	switch v := recovered.(type) {
	case nil, *RowError:
		return v
	}
	return fmt.Sprintf("%v\n\n%s", recovered, debug.Stack())
}
