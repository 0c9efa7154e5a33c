package torch

import (
	"os"
	"syscall"
	"testing"
)

// reusesMemory says whether memory is reused in these tests, from the start, as in a worker: threads that have
// allocated already keep an arena of their own.
var reusesMemory bool

func TestMain(m *testing.M) {
	reusesMemory = ReuseMemory()
	os.Exit(m.Run())
}

// TestReuseMemory holds that tensors of 8 MiB, made and freed in turn, are given the same pages again.
func TestReuseMemory(t *testing.T) {
	if !reusesMemory {
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
		if faults := pages() - before; faults > rounds*fresh/4 {
			t.Errorf("%d page faults in %d rounds of %d pages", faults, rounds, fresh)
		}
	})
}
