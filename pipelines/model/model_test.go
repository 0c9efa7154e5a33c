package model

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"experiment/internal/torch"
)

// streams is a source of numbers for replicas with the given seeds.
func streams(seeds ...uint64) func(int, []float64) {
	sources := make([]*rand.Rand, len(seeds))
	for i, seed := range seeds {
		sources[i] = rand.New(rand.NewPCG(seed, 7))
	}
	return func(replica int, values []float64) {
		for i := range values {
			values[i] = sources[replica].Float64()
		}
	}
}

// counting fills with 0, 1/8, 2/8, ... 7/8 over and over, so that weights can be worked out by hand.
func counting(_ int, values []float64) {
	for i := range values {
		values[i] = float64(i%8) / 8
	}
}

// scoped runs f in a scope of its own, and fails the test on an error or on tensors left behind.
func scoped(t *testing.T, f func(s *torch.Scope) error) {
	t.Helper()
	before := torch.Live()
	if err := torch.Do(f); err != nil {
		t.Fatal(err)
	}
	if left := torch.Live() - before; left != 0 {
		t.Errorf("%d tensors left", left)
	}
}

// An architecture is a model with the inputs it is tested on.
type architecture struct {
	name  string
	input []int // of one example
	build func(*torch.Scope, Options) (*Model, error)
}

func architectures() []architecture {
	return []architecture{
		{"softmax regression", []int{6}, func(s *torch.Scope, o Options) (*Model, error) { return MLP(s, o, 6, nil, 3) }},
		{"mlp", []int{20}, func(s *torch.Scope, o Options) (*Model, error) { return MLP(s, o, 20, []int{16, 24}, 5) }},
		{"cnn grey", []int{1, 8, 8}, func(s *torch.Scope, o Options) (*Model, error) { return CNN(s, o, Image{1, 8, 8}, 4, 5) }},
		{"cnn colour", []int{3, 9, 7}, func(s *torch.Scope, o Options) (*Model, error) { return CNN(s, o, Image{3, 9, 7}, 6, 10) }},
	}
}

// A pass is what one forward and backward pass gives: logits [K, N, C] and gradients of every parameter, by rows.
type pass struct {
	logits    []float64
	gradients [][]float64
}

// examples are n inputs of an architecture.
func examples(n int, input []int) ([]float64, []int) {
	shape := append([]int{n}, input...)
	size := 1
	for _, d := range shape {
		size *= d
	}
	values := make([]float64, size)
	source := rand.New(rand.NewPCG(1, 2))
	for i := range values {
		values[i] = source.NormFloat64()
	}
	return values, shape
}

func run(t *testing.T, a architecture, dtype torch.DType, seeds ...uint64) pass {
	t.Helper()
	var p pass
	scoped(t, func(s *torch.Scope) error {
		m, err := a.build(s, Options{Replicas: len(seeds), DType: dtype, Uniform: streams(seeds...)})
		if err != nil {
			return err
		}
		values, shape := examples(7, a.input)
		x := torch.FromSlice(s, values, append([]int{1}, shape...)...).ToDType(dtype)
		logits, backward := m.Pass(x)
		backward(logits.MulScalar(2)) // the gradient of the sum of squares
		p.logits = logits.Float64s()
		for _, parameter := range m.Parameters {
			p.gradients = append(p.gradients, parameter.Gradient.Float64s())
		}
		return nil
	})
	return p
}

// TestReplicasEqualSingleModels holds that replica k of many computes what it computes alone: to the bit in float64 and
// float32 for linear layers, but for rounding where convolutions are grouped.
func TestReplicasEqualSingleModels(t *testing.T) {
	seeds := []uint64{11, 12, 13}
	for _, a := range architectures() {
		for dtype, tolerance := range map[torch.DType]float64{torch.Float32: 1e-5, torch.Float64: 1e-10} {
			if !strings.HasPrefix(a.name, "cnn") {
				tolerance = 0
			}
			together := run(t, a, dtype, seeds...)
			for k, seed := range seeds {
				alone := run(t, a, dtype, seed)
				if worst := distance(part(together.logits, k, len(seeds)), alone.logits); !(worst <= tolerance) {
					t.Errorf("%s in %v: logits of replica %d are off by %.2g", a.name, dtype, k, worst)
				}
				for i, gradient := range alone.gradients {
					if worst := distance(part(together.gradients[i], k, len(seeds)), gradient); !(worst <= tolerance) {
						t.Errorf("%s in %v: gradient %d of replica %d is off by %.2g", a.name, dtype, i, k, worst)
					}
				}
			}
		}
	}
}

func part(values []float64, k, of int) []float64 {
	n := len(values) / of
	return values[k*n : (k+1)*n]
}

// distance is the largest difference of two vectors, relative to the largest value of the second.
func distance(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	worst, scale := 0.0, 0.0
	for i := range a {
		worst, scale = max(worst, math.Abs(a[i]-b[i])), max(scale, math.Abs(b[i]))
	}
	return worst / scale
}

func TestOwnBatchesEqualASharedOne(t *testing.T) {
	for _, a := range architectures() {
		scoped(t, func(s *torch.Scope) error {
			m, err := a.build(s, Options{Replicas: 2, DType: torch.Float64, Uniform: streams(1, 2)})
			if err != nil {
				return err
			}
			values, shape := examples(3, a.input)
			one := torch.FromSlice(s, values, append([]int{1}, shape...)...)
			shared, own := m.Forward(one).Float64s(), m.Forward(s.Cat(0, one, one)).Float64s()
			if worst := distance(own, shared); worst > 1e-14 {
				t.Errorf("%s: logits are off by %.2g", a.name, worst)
			}
			return nil
		})
	}
}

func TestInitialisation(t *testing.T) {
	for _, a := range architectures() {
		scoped(t, func(s *torch.Scope) error {
			build := func(seeds ...uint64) []*Parameter {
				m, err := a.build(s, Options{Replicas: len(seeds), DType: torch.Float64, Uniform: streams(seeds...)})
				if err != nil {
					t.Fatal(err)
				}
				return m.Parameters
			}
			pair, single := build(1, 2), build(2)
			for i, p := range pair {
				if !slices.Equal(part(p.Value.Float64s(), 1, 2), single[i].Value.Float64s()) {
					t.Errorf("%s: %s of a replica depends on how many there are", a.name, p.Name)
				}
				if p.Value.Size(0) != 2 || !slices.Equal(p.Gradient.Shape(), p.Value.Shape()) {
					t.Errorf("%s: %s has shape %v, its gradient %v", a.name, p.Name, p.Value.Shape(), p.Gradient.Shape())
				}
				for _, q := range pair[:i] {
					if q.Name == p.Name {
						t.Errorf("%s: two parameters are called %s", a.name, p.Name)
					}
				}
			}
			return nil
		})
	}
}

// TestInitialBounds holds the bounds ±1/√fan-in of weights and biases, and that they are filled evenly.
func TestInitialBounds(t *testing.T) {
	scoped(t, func(s *torch.Scope) error {
		o := Options{Replicas: 1, DType: torch.Float64, Uniform: streams(3)}
		mlp, err := MLP(s, o, 100, []int{400}, 200)
		if err != nil {
			return err
		}
		cnn, err := CNN(s, o, Image{3, 16, 16}, 32, 10)
		if err != nil {
			return err
		}
		fans := map[string]float64{
			"linear1.weight": 100, "linear1.bias": 100, "linear2.weight": 400, "linear2.bias": 400,
			"convolution1.weight": 27, "convolution1.bias": 27, "convolution2.weight": 288, "convolution2.bias": 288,
			"linear.weight": 1024, "linear.bias": 1024,
		}
		for _, p := range append(mlp.Parameters, cnn.Parameters...) {
			bound, sum, squares := 1/math.Sqrt(fans[p.Name]), 0.0, 0.0
			values := p.Value.Float64s()
			for _, v := range values {
				if math.Abs(v) > bound {
					t.Errorf("%s holds %v, beyond %v", p.Name, v, bound)
				}
				sum, squares = sum+v, squares+v*v
			}
			n := float64(len(values))
			if n >= 400 && (math.Abs(sum/n) > 4*bound/math.Sqrt(3*n) || math.Abs(squares/n*3/(bound*bound)-1) > 4/math.Sqrt(n)) {
				t.Errorf("%s has mean %.3g and mean square %.3g, want those of uniform numbers within ±%.3g", p.Name, sum/n, squares/n, bound)
			}
		}
		return nil
	})
}

func TestWrongSizes(t *testing.T) {
	good := Options{Replicas: 1, DType: torch.Float32, Uniform: counting}
	for name, test := range map[string]struct {
		build func(*torch.Scope) (*Model, error)
		want  string
	}{
		"no replicas": {func(s *torch.Scope) (*Model, error) { return MLP(s, Options{Uniform: counting}, 2, nil, 2) }, "0 replicas"},
		"no numbers": {func(s *torch.Scope) (*Model, error) {
			return MLP(s, Options{Replicas: 1, DType: torch.Float32}, 2, nil, 2)
		}, "random"},
		"integer weights": {func(s *torch.Scope) (*Model, error) {
			return MLP(s, Options{Replicas: 1, DType: torch.Int64, Uniform: counting}, 2, nil, 2)
		}, "int64"},
		"no inputs":        {func(s *torch.Scope) (*Model, error) { return MLP(s, good, 0, nil, 2) }, "width is 0"},
		"no hidden units":  {func(s *torch.Scope) (*Model, error) { return MLP(s, good, 2, []int{0}, 2) }, "width is 0"},
		"small image":      {func(s *torch.Scope) (*Model, error) { return CNN(s, good, Image{1, 3, 8}, 4, 2) }, "3x8 are too small"},
		"no channels":      {func(s *torch.Scope) (*Model, error) { return CNN(s, good, Image{0, 8, 8}, 4, 2) }, "channels is 0"},
		"negative classes": {func(s *torch.Scope) (*Model, error) { return CNN(s, good, Image{1, 8, 8}, 4, -1) }, "classes is -1"},
	} {
		err := torch.Do(func(s *torch.Scope) error { _, err := test.build(s); return err })
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error is %v, want %q", name, err, test.want)
		}
	}
}

// TestWrongInputs holds that inputs that do not fit are an error with one line of libtorch's.
func TestWrongInputs(t *testing.T) {
	for _, a := range architectures() {
		for name, change := range map[string]func([]int){
			"too long": func(shape []int) { shape[len(shape)-1] += 8 },
			"single":   func(shape []int) { shape[len(shape)-1] = 1 },
			"replicas": func(shape []int) { shape[0] = 3 },
		} {
			err := torch.Do(func(s *torch.Scope) error {
				m, err := a.build(s, Options{Replicas: 2, DType: torch.Float32, Uniform: streams(1, 2)})
				if err != nil {
					return err
				}
				shape := append([]int{1, 5}, a.input...)
				change(shape)
				m.Forward(s.Zeros(torch.Float32, torch.CPU, shape...))
				return nil
			})
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s, %s: error is %v, want one line", a.name, name, err)
			}
		}
	}
}
