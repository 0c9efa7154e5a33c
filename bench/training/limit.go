package main

import (
	"fmt"
	"slices"
	"time"

	"experiment/internal/torch"
)

// limit prints how much of the speed of a large matrix product the training of the large MLP reaches.
func (b bench) limit() error {
	var speeds, shares []float64
	for range b.rounds {
		var product struct{ Speed float64 }
		if err := answer(&product, oneThread, b.self, "product"); err != nil {
			return err
		}
		var step measurement
		if err := answer(&step, oneThread, b.self, "step", "large", "cross_entropy", "1", fmt.Sprint(b.seconds)); err != nil {
			return err
		}
		speeds = append(speeds, product.Speed)
		at := slices.IndexFunc(subjects(), func(s subject) bool { return s.name == "large" })
		shares = append(shares, subjects()[at].flops/(step.Microseconds*1e-6)/product.Speed)
	}
	fmt.Printf("\nA product of 1024 x 1024 matrices in single precision: %.0f GFLOP/s. The products of the large MLP's step run at %.0f %% of that, everything else of the step included.\n",
		median(speeds)/1e9, 100*median(shares))
	return nil
}

// product is how many floating-point operations a second a large matrix product makes on one thread.
func product() (speed float64, err error) {
	if err := prepare(machine{device: torch.CPU, deterministic: true}); err != nil {
		return 0, err
	}
	const n, times = 1024, 30
	err = torch.Do(func(s *torch.Scope) error {
		a, bias := s.Zeros(torch.Float32, torch.CPU, 1, n, n).AddScalar(0.5), s.Zeros(torch.Float32, torch.CPU, 1, 1, n)
		best := time.Duration(1<<63 - 1)
		for range times {
			begin := time.Now()
			if err := s.Region(func() error { a.Linear(a, bias); return nil }); err != nil {
				return err
			}
			best = min(best, time.Since(begin))
		}
		speed = 2 * n * n * n / best.Seconds()
		return nil
	})
	return speed, err
}
