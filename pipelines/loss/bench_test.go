package loss

import (
	"testing"

	"experiment/internal/torch"
)

// BenchmarkLoss is value and gradient of a batch of 128 with 10 classes, one thread.
func BenchmarkLoss(b *testing.B) {
	for _, m := range []Member{{Name: "cross_entropy"}, {"label_smoothing", []float64{0.1}}, {"focal", []float64{3}}, {"entropy_regularised", []float64{0.3}}} {
		b.Run(m.Name, func(b *testing.B) {
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
