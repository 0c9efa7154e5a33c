package model

import (
	"fmt"
	"math"
	"testing"

	"experiment/internal/torch"
)

// TestRoundedGradients compares logits and gradients of layers in bfloat16, which rounds by a share of 1/256 at most, with those in
// float32: logits are off by a few roundings, gradients by more, for where two elements are nearly equal ReLU and pooling
// choose otherwise.
func TestRoundedGradients(t *testing.T) {
	const side, classes = 8, 5
	for name, build := range map[string]func(*torch.Scope, Options) (*Model, error){
		"mlp": func(s *torch.Scope, o Options) (*Model, error) {
			return MLP(s, o, side*side, []int{32, 32}, classes)
		},
		"cnn": func(s *torch.Scope, o Options) (*Model, error) {
			return CNN(s, o, Image{1, side, side}, 8, classes)
		},
	} {
		for _, replicas := range []int{1, 2} {
			t.Run(fmt.Sprintf("%d %s", replicas, name), func(t *testing.T) {
				pass := func(o Options) (logits, gradient []float64) {
					scoped(t, func(s *torch.Scope) error {
						o.Replicas, o.DType, o.Uniform = replicas, torch.Float32, streams(1, 2)
						m, err := build(s, o)
						if err != nil {
							return err
						}
						images, _ := examples(replicas*32, []int{1, side, side})
						slopes, _ := examples(replicas*32, []int{classes})
						single := func(values []float64, shape ...int) torch.Tensor {
							return torch.FromSlice(s, values, append([]int{replicas, 32}, shape...)...).ToDType(torch.Float32)
						}
						z, backward := m.Pass(single(images, 1, side, side))
						backward(single(slopes, classes))
						if z.DType() != torch.Float32 || m.Gradient.DType() != torch.Float32 {
							t.Errorf("logits are %v, gradients %v", z.DType(), m.Gradient.DType())
						}
						logits, gradient = z.Float64s(), m.Gradient.Float64s()
						return nil
					})
					return logits, gradient
				}
				logits, gradient := pass(Options{})
				roughLogits, roughGradient := pass(Options{Rounded: true})
				if off := shareOff(logits, roughLogits); !(off > 1e-4 && off < 4./256) {
					t.Errorf("logits are off by %v of their size", off)
				}
				if off := shareOff(gradient, roughGradient); !(off > 1e-4 && off < 32./256) {
					t.Errorf("gradients are off by %v of their size", off)
				}
			})
		}
	}
}

// TestSinglePrecision compares logits and gradients in float32 with those in float64: libraries for convolution have kernels
// for some numbers of channels that they do not have for others.
func TestSinglePrecision(t *testing.T) {
	for _, channels := range []int{1, 3} {
		for _, width := range []int{1, 2, 5, 8, 16, 20} {
			build := func(s *torch.Scope, o Options) (*Model, error) { return CNN(s, o, Image{channels, 9, 8}, width, 4) }
			a := architecture{fmt.Sprintf("%d channels, width %d", channels, width), []int{channels, 9, 8}, build}
			for _, seeds := range [][]uint64{{1}, {1, 2}} {
				single, double := run(t, a, torch.Float32, seeds...), run(t, a, torch.Float64, seeds...)
				if off := shareOff(double.logits, single.logits); !(off < 1e-5) {
					t.Errorf("%s: logits of %d replicas are off by %.2g of their size", a.name, len(seeds), off)
				}
				for i, gradient := range double.gradients {
					if off := shareOff(gradient, single.gradients[i]); !(off < 1e-5) {
						t.Errorf("%s: gradient %d of %d replicas is off by %.2g of its size", a.name, i, len(seeds), off)
					}
				}
			}
		}
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
