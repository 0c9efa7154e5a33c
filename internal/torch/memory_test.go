package torch

import (
	"syscall"
	"testing"
)

// TestReuseMemory holds that tensors of 8 MiB, made and freed in turn, are given the same pages again.
func TestReuseMemory(t *testing.T) {
	if !ReuseMemory() {
		t.Skip("the C library cannot")
	}
	const elements, rounds = 1 << 20, 20
	scoped(t, func(s *Scope) {
		compute := func() error {
			a := s.Zeros(Float64, CPU, elements)
			a.AddScalar(1).MulScalar(2)
			return nil
		}
		pages := func() int64 {
			var usage syscall.Rusage
			if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
				t.Fatal(err)
			}
			return usage.Minflt
		}
		if err := s.Region(compute); err != nil {
			t.Fatal(err)
		}
		before := pages()
		for range rounds {
			if err := s.Region(compute); err != nil {
				t.Fatal(err)
			}
		}
		const fresh = 3 * 8 * elements / 4096 // pages of the three tensors of a round
		if faults := pages() - before; faults > rounds*fresh/10 {
			t.Errorf("%d page faults in %d rounds of %d pages", faults, rounds, fresh)
		}
	})
}
