package store

import (
	"path/filepath"
	"testing"

	"experiment/internal/run"
)

// openLarge opens a database of n runs, of which all are finished.
func openLarge(b *testing.B, n int) (*Store, []run.Run) {
	b.Helper()
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "x.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	runs := manyRuns(b, n)
	putSweepOf(b, s, "large", Replace, runs...)
	for _, r := range runs {
		finish(b, s, r, 1, measured("accuracy", 0.9), measured("nll", 0.3), measured("ece", 0.02))
	}
	return s, runs
}

func manyRuns(b *testing.B, n int) []run.Run {
	runs := make([]run.Run, n)
	for i := range runs {
		runs[i] = newRun(b, "focal gamma=2", int64(i))
	}
	return runs
}

// BenchmarkPutSweep records a sweep of 100,000 runs, all new and then all known.
func BenchmarkPutSweep(b *testing.B) {
	runs := manyRuns(b, 100_000)
	for _, known := range []bool{false, true} {
		b.Run(map[bool]string{false: "new", true: "known"}[known], func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s, err := Open(b.Context(), filepath.Join(b.TempDir(), "x.db"))
				if err != nil {
					b.Fatal(err)
				}
				if known {
					putSweepOf(b, s, "large", Replace, runs...)
				}
				b.StartTimer()
				putSweepOf(b, s, "large", Replace, runs...)
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Error(err)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkRead reads 10,000 finished runs in the ways that commands do.
func BenchmarkRead(b *testing.B) {
	s, runs := openLarge(b, 10_000)
	keys := make([]run.Key, len(runs))
	for i, r := range runs {
		keys[i] = r.Key
	}
	reads := []struct {
		name string
		read func() error
	}{
		{"List", func() error { _, err := s.List(b.Context(), Filter{Sweep: "large", Sort: "ece"}); return err }},
		{"ListByLoss", func() error {
			_, err := s.List(b.Context(), Filter{Where: []Condition{{Field: "loss.gamma", Op: Equal, Value: "2"}, {Field: "loss", Op: Equal, Value: "focal"}}, Limit: 20})
			return err
		}},
		{"Records", func() error { _, err := s.Records(b.Context(), Filter{Sweep: "large"}, 0); return err }},
		{"Statuses", func() error { _, err := s.Statuses(b.Context(), keys); return err }},
		{"ExpectedSeconds", func() error { _, err := s.ExpectedSeconds(b.Context(), runs); return err }},
	}
	for _, r := range reads {
		b.Run(r.name, func(b *testing.B) {
			for b.Loop() {
				if err := r.read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
