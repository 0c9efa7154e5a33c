package torch

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// bits makes numbers comparable that are no numbers, or zeros of either sign.
func bits(values []float64) []uint64 {
	all := make([]uint64, len(values))
	for i, v := range values {
		all[i] = math.Float64bits(v)
	}
	return all
}

// TestMaxPoolIsThatOfLibtorch draws images with ties, infinities, zeros of both signs and NaN, and holds that pooling and its
// gradient are libtorch's to the bit, whatever is left over at the border.
func TestMaxPoolIsThatOfLibtorch(t *testing.T) {
	if err := SetThreads(1); err != nil {
		t.Fatal(err)
	}
	values := rapid.SampledFrom([]float64{-2, -1, math.Copysign(0, -1), 0, 1, 2, math.Inf(1), math.Inf(-1), math.NaN(), 0.1, 0.25, 1e-40})
	rapid.Check(t, func(t *rapid.T) {
		size := func(name string, most int) int { return rapid.IntRange(1, most).Draw(t, name) }
		n, channels, height, width := size("n", 3), size("channels", 40), size("height", 7)+1, size("width", 7)+1
		dtype := rapid.SampledFrom([]DType{Float32, Float64}).Draw(t, "type")
		draw := func(name string, count int) []float64 {
			return rapid.SliceOfN(values, count, count).Draw(t, name)
		}
		image := draw("image", n*channels*height*width)
		slope := draw("slope", n*channels*(height/2)*(width/2))
		err := Do(func(s *Scope) error {
			x := FromSlice(s, image, n, channels, height, width).ToDType(dtype).ChannelsLast()
			g := FromSlice(s, slope, n, channels, height/2, width/2).ToDType(dtype)
			leaf := x.Detach().RequireGrad()
			want := leaf.MaxPool2d(2)
			want.Mul(g).Sum().Backward()
			pooled, places := x.MaxPool2dIndices(2)
			if got := pooled.Float64s(); !slices.Equal(bits(got), bits(want.Detach().Float64s())) {
				t.Fatalf("%v is pooled to\n%v, by libtorch to\n%v", image, got, want.Detach().Float64s())
			}
			if got, found := g.MaxPool2dBackward(x, places, 2).Float64s(), leaf.Grad().Float64s(); !slices.Equal(bits(got), bits(found)) {
				t.Fatalf("the gradient of %v is\n%v, by libtorch\n%v", image, got, found)
			}
			return s.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// What is not pooled here is pooled by libtorch: other windows, other layouts, and what it refuses is an error.
func TestMaxPoolOfOtherKinds(t *testing.T) {
	scoped(t, func(s *Scope) {
		x := FromSlice(s, []float32{1, 5, 2, 4, 3, 9, 8, 7, 6}, 1, 1, 3, 3)
		pooled, places := x.MaxPool2dIndices(3)
		if got := pooled.Float64s(); !slices.Equal(got, []float64{9}) {
			t.Errorf("windows of three give %v", got)
		}
		if got := FromSlice(s, []float32{1}, 1, 1, 1, 1).MaxPool2dBackward(x, places, 3).Float64s(); !slices.Equal(got, []float64{0, 0, 0, 0, 0, 1, 0, 0, 0}) {
			t.Errorf("and the gradient %v", got)
		}
	})
	err := Do(func(s *Scope) error {
		FromSlice(s, []float32{1, 5}, 1, 1, 1, 2).ChannelsLast().MaxPool2dIndices(2)
		return s.Err()
	})
	if err == nil {
		t.Error("a window larger than the image is pooled")
	}
}
