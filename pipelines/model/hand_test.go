package model

import (
	"math"
	"testing"

	"experiment/internal/torch"
)

// TestMLPByHand follows one input through a network of two layers. With the numbers of counting, and fan-in 2, weights
// and biases start at -b, -3b/4, -b/2, ... for b = 1/√2.
func TestMLPByHand(t *testing.T) {
	scoped(t, func(s *torch.Scope) error {
		m, err := MLP(s, Options{Replicas: 1, DType: torch.Float64, Uniform: counting}, 2, []int{2}, 2)
		if err != nil {
			return err
		}
		b := 1 / math.Sqrt2
		// weights [in, out]: -b, -3b/4; -b/2, -b/4. biases: -b, -3b/4.
		hidden := [2]float64{
			max(0, -b-1*b+(-4)*(-b/2)),
			max(0, -3*b/4-1*3*b/4+(-4)*(-b/4)),
		}
		want := [2]float64{
			-b + hidden[0]*-b + hidden[1]*(-b/2),
			-3*b/4 + hidden[0]*(-3*b/4) + hidden[1]*(-b/4),
		}
		got := m.Forward(torch.FromSlice(s, []float64{1, -4}, 1, 1, 2)).Float64s()
		if distance(got, want[:]) > 1e-15 {
			t.Errorf("logits are %v, want %v", got, want)
		}
		return nil
	})
}

// TestCNNByHand compares with the network written out in loops, ReLU before pooling as people usually write it.
func TestCNNByHand(t *testing.T) {
	image, width, classes := Image{2, 6, 9}, 3, 4
	scoped(t, func(s *torch.Scope) error {
		m, err := CNN(s, Options{Replicas: 1, DType: torch.Float64, Uniform: streams(5)}, image, width, classes)
		if err != nil {
			return err
		}
		p := map[string][]float64{}
		for _, parameter := range m.Parameters {
			p[parameter.Name] = parameter.Value.Float64s()
		}
		values, shape := examples(1, []int{image.Channels, image.Height, image.Width})
		x := volume{image, values}
		x = x.convolve(p["convolution1.weight"], p["convolution1.bias"]).relu().pool()
		x = x.convolve(p["convolution2.weight"], p["convolution2.bias"]).relu().pool()
		want := make([]float64, classes)
		for c := range classes {
			want[c] = p["linear.bias"][c]
			for i, v := range x.values {
				want[c] += v * p["linear.weight"][i*classes+c]
			}
		}
		got := m.Forward(torch.FromSlice(s, values, append([]int{1}, shape...)...)).Float64s()
		if distance(got, want) > 1e-14 {
			t.Errorf("logits are %v, want %v", got, want)
		}
		return nil
	})
}

// A volume is one image, by channels and rows.
type volume struct {
	Image
	values []float64
}

// at is 0 outside the image.
func (v volume) at(c, y, x int) float64 {
	if y < 0 || x < 0 || y >= v.Height || x >= v.Width {
		return 0
	}
	return v.values[(c*v.Height+y)*v.Width+x]
}

func (v volume) convolve(weight, bias []float64) volume {
	out := volume{Image: Image{len(bias), v.Height, v.Width}}
	for o := range bias {
		for y := range v.Height {
			for x := range v.Width {
				sum := bias[o]
				for c := range v.Channels {
					for i := range 9 {
						sum += weight[(o*v.Channels+c)*9+i] * v.at(c, y+i/3-1, x+i%3-1)
					}
				}
				out.values = append(out.values, sum)
			}
		}
	}
	return out
}

func (v volume) relu() volume {
	out := volume{Image: v.Image}
	for _, value := range v.values {
		out.values = append(out.values, max(0, value))
	}
	return out
}

func (v volume) pool() volume {
	out := volume{Image: Image{v.Channels, v.Height / 2, v.Width / 2}}
	for c := range out.Channels {
		for y := range out.Height {
			for x := range out.Width {
				out.values = append(out.values, max(v.at(c, 2*y, 2*x), v.at(c, 2*y, 2*x+1), v.at(c, 2*y+1, 2*x), v.at(c, 2*y+1, 2*x+1)))
			}
		}
	}
	return out
}
