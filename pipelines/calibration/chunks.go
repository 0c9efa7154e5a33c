package calibration

import (
	"runtime"
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

// inParallel calls f for 0 to count-1, on all cores.
func inParallel(count int, f func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(count, runtime.GOMAXPROCS(0)) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				f(i)
			}
		}()
	}
	workers.Wait()
}
