package torch

import "testing"

// BenchmarkStem takes the first layers of the CNN forward and back, in one pass and one after the other.
func BenchmarkStem(b *testing.B) {
	if err := SetThreads(1); err != nil {
		b.Fatal(err)
	}
	ReuseMemory()
	err := Do(func(s *Scope) error {
		const n, channels, side = 128, 16, 28
		random := func(shape ...int) Tensor {
			count, _ := elements(shape)
			values := make([]float32, count)
			for i := range values {
				values[i] = float32((i*7919)%10007)/10007 - 0.5
			}
			return FromSlice(s, values, shape...)
		}
		x, w, bias := random(n, 1, side, side), random(channels, 1, 3, 3), random(channels)
		g := random(n, channels, side/2, side/2).ChannelsLast()
		ofW, ofB := w.ZerosLike(), bias.ZerosLike()
		result, places := x.Stem(w, bias)
		last := x.ChannelsLast()
		image := last.Conv2d(w, bias, 1, 1).ChannelsLast()
		_, indices := image.MaxPool2dIndices(2)
		for _, c := range []struct {
			name string
			do   func()
		}{
			{"in one, forward", func() { x.Stem(w, bias) }},
			{"one by one, forward", func() {
				p, _ := last.Conv2d(w, bias, 1, 1).ChannelsLast().MaxPool2dIndices(2)
				p.ReLU()
			}},
			{"in one, back", func() { g.StemGradients(x, places, ofW, ofB) }},
			{"one by one, back", func() {
				h := g.ReLUBackward(result).MaxPool2dBackward(image, indices, 2)
				h.Conv2dGradients(last, w, 1, 1, ofW, ofB)
			}},
		} {
			b.Run(c.name, func(b *testing.B) {
				for b.Loop() {
					if err := s.Region(func() error { c.do(); return s.Err() }); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		return s.Err()
	})
	if err != nil {
		b.Fatal(err)
	}
}
