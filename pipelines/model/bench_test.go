package model

import (
	"testing"

	"experiment/internal/torch"
)

// BenchmarkStep is a forward and a backward pass over a batch of 128, one thread.
func BenchmarkStep(b *testing.B) {
	for _, a := range []architecture{
		{"mlp 2-32-32-3", []int{2}, func(s *torch.Scope, o Options) (*Model, error) { return MLP(s, o, 2, []int{32, 32}, 3) }},
		{"mlp 784-256-256-10", []int{784}, func(s *torch.Scope, o Options) (*Model, error) { return MLP(s, o, 784, []int{256, 256}, 10) }},
		{"cnn 16-32 28x28", []int{1, 28, 28}, func(s *torch.Scope, o Options) (*Model, error) { return CNN(s, o, Image{1, 28, 28}, 16, 10) }},
	} {
		b.Run(a.name, func(b *testing.B) {
			torch.ReuseMemory()
			if err := torch.SetThreads(1); err != nil {
				b.Fatal(err)
			}
			err := torch.Do(func(s *torch.Scope) error {
				m, err := a.build(s, Options{Replicas: 1, DType: torch.Float32, Uniform: streams(1)})
				if err != nil {
					return err
				}
				values, shape := examples(128, a.input)
				x := torch.FromSlice(s, values, append([]int{1}, shape...)...).ToDType(torch.Float32)
				for b.Loop() {
					err := s.Region(func() error {
						logits, backward := m.Pass(x)
						backward(logits)
						return nil
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
