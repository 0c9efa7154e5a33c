package torch

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBackwardOfLayers holds that layers differentiated by hand have, to the bit, the gradients that libtorch finds by itself.
func TestBackwardOfLayers(t *testing.T) {
	source := rand.New(rand.NewPCG(3, 1))
	normal := func(s *Scope, dtype DType, shape ...int) Tensor {
		n, _ := elements(shape)
		values := make([]float64, n)
		for i := range values {
			values[i] = source.NormFloat64()
		}
		return FromSlice(s, values, shape...).ToDType(dtype)
	}
	// Each layer returns pairs of gradients, by hand and found. found gives the gradient of a leaf after the layer's result was
	// differentiated along a direction.
	type pair struct {
		what        string
		hand, found Tensor
	}
	along := func(result, direction Tensor) { result.Mul(direction).Sum().Backward() }
	layers := map[string]func(s *Scope, dtype DType) []pair{
		"relu": func(s *Scope, dtype DType) []pair {
			x := normal(s, dtype, 3, 50).RequireGrad()
			y := x.ReLU()
			g := normal(s, dtype, 3, 50)
			along(y, g)
			return []pair{{"input", g.ReLUBackward(y.Detach()), x.Grad()}}
		},
		"linear": func(s *Scope, dtype DType) []pair {
			x, w, b := normal(s, dtype, 3, 50, 20).RequireGrad(), normal(s, dtype, 3, 20, 7).RequireGrad(), normal(s, dtype, 3, 1, 7).RequireGrad()
			y := x.Linear(w, b)
			g := normal(s, dtype, y.Shape()...)
			along(y, g)
			ofW, ofB := w.ZerosLike().Detach(), b.ZerosLike().Detach()
			g.LinearGradients(x.Detach(), ofW, ofB)
			return []pair{{"input", g.LinearBackward(w.Detach()), x.Grad()}, {"weight", ofW, w.Grad()}, {"bias", ofB, b.Grad()}}
		},
	}
	for name, groups := range map[string]int{"conv2d": 1, "grouped conv2d": 3} {
		layers[name] = func(s *Scope, dtype DType) []pair {
			const in, out = 2, 4
			x := normal(s, dtype, 5, groups*in, 9, 8).ChannelsLast().RequireGrad()
			w, b := normal(s, dtype, groups*out, in, 3, 3).RequireGrad(), normal(s, dtype, groups*out).RequireGrad()
			y := x.Conv2d(w, b, 1, groups)
			g := normal(s, dtype, y.Shape()...).ChannelsLast()
			along(y, g)
			ofW, ofB := s.Zeros(dtype, CPU, groups, out, in, 3, 3), s.Zeros(dtype, CPU, groups, out)
			g.Conv2dGradients(x.Detach(), w.Detach(), 1, groups, ofW, ofB)
			return []pair{
				{"input", g.Conv2dBackward(x.Detach(), w.Detach(), 1, groups), x.Grad()},
				{"weight", ofW, w.Grad()}, {"bias", ofB, b.Grad()},
			}
		}
	}
	layers["max pool"] = func(s *Scope, dtype DType) []pair {
		x := normal(s, dtype, 5, 3, 9, 8).ChannelsLast().RequireGrad()
		y := x.MaxPool2d(2)
		g := normal(s, dtype, y.Shape()...)
		along(y, g)
		pooled, indices := x.Detach().MaxPool2dIndices(2)
		return []pair{{"input", g.MaxPool2dBackward(x.Detach(), indices, 2), x.Grad()}, {"result", pooled, y}}
	}
	for name, layer := range layers {
		for _, dtype := range []DType{Float32, Float64} {
			scoped(t, func(s *Scope) {
				for _, p := range layer(s, dtype) {
					if hand, found := p.hand.Float64s(), p.found.Detach().Float64s(); len(hand) == 0 || !slices.Equal(hand, found) {
						t.Errorf("%s in %v, %s: by hand\n%v\nfound\n%v", name, dtype, p.what, hand, found)
					}
				}
			})
		}
	}
}
