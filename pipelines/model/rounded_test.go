package model

import (
	"math"
	"testing"

	"experiment/internal/rng"
	"experiment/internal/torch"
)

// TestRoundedGradients compares logits and gradients of layers in bfloat16, which rounds by a share of 1/256 at most, with those in
// float32: logits are off by a few roundings, gradients by more, for where two elements are nearly equal ReLU and pooling
// choose otherwise.
func TestRoundedGradients(t *testing.T) {
	const replicas, n, side = 2, 32, 8
	for name, build := range map[string]func(*torch.Scope, Options) (*Model, error){
		"mlp": func(s *torch.Scope, o Options) (*Model, error) { return MLP(s, o, side*side, []int{32, 32}, 5) },
		"cnn": func(s *torch.Scope, o Options) (*Model, error) { return CNN(s, o, Image{1, side, side}, 8, 5) },
	} {
		t.Run(name, func(t *testing.T) {
			pass := func(rounded bool) (logits, gradient []float64) {
				err := torch.Do(func(s *torch.Scope) error {
					weights := []*rng.Stream{rng.New(1, "weights"), rng.New(2, "weights")}
					m, err := build(s, Options{
						Replicas: replicas, DType: torch.Float32, Rounded: rounded,
						Uniform: func(replica int, values []float64) { weights[replica].Uniform(values) },
					})
					if err != nil {
						return err
					}
					noise := rng.New(3, "batch")
					normal := func(shape ...int) torch.Tensor {
						count := 1
						for _, d := range shape {
							count *= d
						}
						values := make([]float64, count)
						for i := range values {
							values[i] = noise.Normal()
						}
						return torch.FromSlice(s, values, shape...).ToDType(torch.Float32)
					}
					z, backward := m.Pass(normal(replicas, n, 1, side, side))
					backward(normal(replicas, n, 5))
					if z.DType() != torch.Float32 || m.Gradient.DType() != torch.Float32 {
						t.Errorf("logits are %v, gradients %v", z.DType(), m.Gradient.DType())
					}
					logits, gradient = z.Float64s(), m.Gradient.Float64s()
					return s.Err()
				})
				if err != nil {
					t.Fatal(err)
				}
				return logits, gradient
			}
			logits, gradient := pass(false)
			roughLogits, roughGradient := pass(true)
			if off := shareOff(logits, roughLogits); !(off > 1e-4 && off < 4./256) {
				t.Errorf("logits are off by %v of their size", off)
			}
			if off := shareOff(gradient, roughGradient); !(off > 1e-4 && off < 16./256) {
				t.Errorf("gradients are off by %v of their size", off)
			}
		})
	}
}

// shareOff is the distance of two vectors, as a share of the length of the first.
func shareOff(a, b []float64) float64 {
	var apart, length float64
	for i := range a {
		apart += (a[i] - b[i]) * (a[i] - b[i])
		length += a[i] * a[i]
	}
	return math.Sqrt(apart / length)
}
