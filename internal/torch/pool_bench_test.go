package torch

import (
	"fmt"
	"testing"
)

// BenchmarkMaxPool2d pools the images of the first layer of the CNN and goes back.
func BenchmarkMaxPool2d(b *testing.B) {
	if err := SetThreads(1); err != nil {
		b.Fatal(err)
	}
	for _, shape := range [][]int{{128, 16, 28, 28}, {128, 32, 14, 14}, {250, 16, 28, 28}} {
		err := Do(func(s *Scope) error {
			n := shape[0] * shape[1] * shape[2] * shape[3]
			values := make([]float32, n)
			for i := range values {
				values[i] = float32((i * 7919) % 10007)
			}
			x := FromSlice(s, values, shape...).ChannelsLast()
			pooled, places := x.MaxPool2dIndices(2)
			for name, pool := range map[string]func(){
				"own forward": func() { x.MaxPool2dIndices(2) }, "libtorch forward": func() { x.MaxPool2d(2) },
				"own backward": func() { pooled.MaxPool2dBackward(x, places, 2) },
			} {
				b.Run(fmt.Sprint(shape, " ", name), func(b *testing.B) {
					for b.Loop() {
						if err := s.Region(func() error { pool(); return s.Err() }); err != nil {
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
}
