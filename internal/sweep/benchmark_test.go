package sweep

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkParse expands sweeps of 100,000 runs, keys included: one with few places and many seeds, and
// one in which every run differs in more than its seed.
func BenchmarkParse(b *testing.B) {
	for _, seeds := range []int{10, 1} {
		source := largeSweep(seeds)
		b.Run(fmt.Sprintf("seeds=%d", seeds), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sweep, err := Parse("large.yaml", source)
				if err != nil || len(sweep.Runs) != 100_000 {
					b.Fatalf("%d runs, error %v", len(sweep.Runs), err)
				}
			}
		})
	}
}

// largeSweep returns a sweep of 100,000 runs in four axes and so many seeds.
func largeSweep(seeds int) []byte {
	axis := func(n int, format string) string {
		values := make([]string, n)
		for i := range values {
			values[i] = fmt.Sprintf(format, i+1)
		}
		return "[" + strings.Join(values, ", ") + "]"
	}
	return fmt.Appendf(nil, `name: large
base: {loss: focal}
grid:
  loss.gamma: %s
  optimizer.lr: %s
  optimizer.weight_decay: %s
  model.width: %s
seeds: %d
`, axis(10, "%d"), axis(10, "%de-3"), axis(10, "%de-4"), axis(100/seeds, "%d"), seeds)
}
