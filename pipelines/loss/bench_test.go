package loss

import (
	"fmt"
	"testing"

	"experiment/internal/torch"
)

// BenchmarkLoss is value and gradient of a batch of 128 with 10 classes, one thread.
func BenchmarkLoss(b *testing.B) {
	members := []Member{{"focal", []float64{0.5, 0}}}
	for _, name := range Names() {
		members = append(members, usual(name))
	}
	for _, m := range members {
		b.Run(fmt.Sprint(m.Name, m.Parameters), func(b *testing.B) {
			if err := torch.SetThreads(1); err != nil {
				b.Fatal(err)
			}
			err := torch.Do(func(s *torch.Scope) error {
				f, err := New(s, torch.Float32, torch.CPU, m)
				if err != nil {
					return err
				}
				logits := s.Zeros(torch.Float32, torch.CPU, 1, 128, 10).RequireGrad()
				targets := s.Zeros(torch.Int64, torch.CPU, 1, 128)
				for b.Loop() {
					if err := s.Region(func() error { f(logits, targets).Mean().Backward(); return nil }); err != nil {
						return err
					}
					logits.ZeroGrad()
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
