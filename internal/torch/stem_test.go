package torch

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// near says whether numbers are the same but for what rounding to float32 n times may do to terms of such a size.
func near(got, want []float64, n int, size float64) bool {
	for i := range want {
		if math.Abs(got[i]-want[i]) > float64(n)*size/(1<<24) {
			return false
		}
	}
	return len(got) == len(want)
}

// TestStem holds the layers in one pass to libtorch's one by one, in float64: values and gradients, for images of any size and
// any number of replicas and channels.
func TestStem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
		n, replicas, channels, height, width := size("n", 1, 4), size("replicas", 1, 3), size("channels", 1, 40), size("height", 2, 9), size("width", 2, 9)
		seed := rapid.Uint64().Draw(t, "seed")
		normal := func(s *Scope, shape ...int) Tensor {
			count, _ := elements(shape)
			values := make([]float32, count)
			for i := range values {
				seed = seed*6364136223846793005 + 1442695040888963407
				values[i] = float32(int32(seed>>32)) / (1 << 31)
			}
			return FromSlice(s, values, shape...)
		}
		err := Do(func(s *Scope) error {
			x, w, b := normal(s, n, replicas, height, width), normal(s, replicas*channels, 1, 3, 3), normal(s, replicas*channels)
			g := normal(s, n, replicas*channels, height/2, width/2)
			wide := func(t Tensor) Tensor { return t.ToDType(Float64).RequireGrad() }
			ww, wb := wide(w), wide(b)
			want := x.ToDType(Float64).Conv2d(ww, wb, 1, replicas).MaxPool2d(2).ReLU()
			want.Mul(g.ToDType(Float64)).Sum().Backward()
			result, places := x.Stem(w, b)
			ofW, ofB := w.ZerosLike(), b.ZerosLike()
			g.StemGradients(x, places, ofW, ofB)
			if err := s.Err(); err != nil {
				return err
			}
			if got, found := result.Float64s(), want.Detach().Float64s(); !near(got, found, 10, 10) {
				t.Fatalf("it gives\n%v, and one by one\n%v", got, found)
			}
			for k := range replicas {
				alone, _ := x.Narrow(1, k, 1).Stem(w.Narrow(0, k*channels, channels), b.Narrow(0, k*channels, channels))
				if !slices.Equal(alone.Float64s(), result.Narrow(1, k*channels, channels).Float64s()) {
					t.Fatalf("replica %d of %d is not what it is alone", k, replicas)
				}
			}
			terms := n * (height / 2) * (width / 2)
			for _, pair := range []struct{ got, want Tensor }{{ofW, ww.Grad()}, {ofB, wb.Grad()}} {
				if got, found := pair.got.Float64s(), pair.want.Float64s(); !near(got, found, terms+1, float64(terms)) {
					t.Fatalf("the gradient is\n%v, and one by one\n%v", got, found)
				}
			}
			return s.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Ties, no numbers and what is not above 0 are as in libtorch's layers.
func TestStemAtTheEdges(t *testing.T) {
	scoped(t, func(s *Scope) {
		nan := float32(math.NaN())
		kernel := FromSlice(s, []float32{0, 0, 0, 0, 1, 0, 0, 0, 0}, 1, 1, 3, 3) // the image itself
		bias := FromSlice(s, []float32{0}, 1)
		for _, test := range []struct {
			image  []float32
			result float64
			of     float64 // the pixel that the gradient by the kernel is of
		}{
			{[]float32{1, 3, 3, 2}, 3, 3},
			{[]float32{-1, -3, -2, -4}, 0, 0},
			{[]float32{0, -3, -2, -4}, 0, 0},
		} {
			x := FromSlice(s, test.image, 1, 1, 2, 2)
			result, places := x.Stem(kernel, bias)
			ofKernel, ofBias := kernel.ZerosLike(), bias.ZerosLike()
			FromSlice(s, []float32{1}, 1, 1, 1, 1).StemGradients(x, places, ofKernel, ofBias)
			if got, of := result.Float64s()[0], ofKernel.Float64s()[4]; got != test.result || of != test.of {
				t.Errorf("%v gives %v, of pixel %v", test.image, got, of)
			}
		}
		x := FromSlice(s, []float32{nan, 3, 3, 2}, 1, 1, 2, 2)
		if result, _ := x.Stem(kernel, bias); !math.IsNaN(result.Float64s()[0]) {
			t.Errorf("what is no number becomes %v", result.Float64s())
		}
	})
	for name, shape := range map[string][]int{"two replicas of three channels": {1, 2, 4, 4}, "too small": {1, 1, 1, 4}, "no channel": {1, 0, 4, 4}} {
		err := Do(func(s *Scope) error {
			s.Zeros(Float32, CPU, shape...).Stem(s.Zeros(Float32, CPU, 3, 1, 3, 3), s.Zeros(Float32, CPU, 3))
			return s.Err()
		})
		if err == nil {
			t.Errorf("%s: images are taken", name)
		}
	}
}
