package torch

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
)

// TestOperations states what every operation computes, on tensors small enough to check by eye.
func TestOperations(t *testing.T) {
	scoped(t, func(s *Scope) {
		m := FromSlice(s, []float64{1, 2, 3, 4, 5, 6}, 2, 3)
		row := FromSlice(s, []float64{10, 20, 30}, 3)
		index := FromSlice(s, []int64{1, 0}, 2)
		labels := FromSlice(s, []int64{2, 0}, 2, 1)
		image := FromSlice(s, []float64{1, 5, 2, 0, 3, 4, 8, 7, 9}, 1, 1, 3, 3)
		tests := []struct {
			name  string
			got   Tensor
			shape []int
			want  []float64
		}{
			{"zeros", s.Zeros(Float32, CPU, 2), []int{2}, []float64{0, 0}},
			{"zeros like", m.ZerosLike(), []int{2, 3}, make([]float64, 6)},
			{"arange", s.Arange(CPU, 4), []int{4}, []float64{0, 1, 2, 3}},
			{"to float", FromSlice(s, []uint8{0, 255}, 2).ToDType(Float32).DivScalar(255), []int{2}, []float64{0, 1}},
			{"empty", FromSlice(s, []float32{}, 0, 3).AddScalar(1), []int{0, 3}, nil},

			{"reshape", m.Reshape(3, -1), []int{3, 2}, []float64{1, 2, 3, 4, 5, 6}},
			{"expand", row.Expand(2, -1), []int{2, 3}, []float64{10, 20, 30, 10, 20, 30}},
			{"flatten", m.Reshape(1, 2, 3).Flatten(0, 1), []int{2, 3}, []float64{1, 2, 3, 4, 5, 6}},
			{"transpose", m.Transpose(0, 1), []int{3, 2}, []float64{1, 4, 2, 5, 3, 6}},
			{"unsqueeze", row.Unsqueeze(-1), []int{3, 1}, []float64{10, 20, 30}},
			{"squeeze", row.Unsqueeze(0).Squeeze(0), []int{3}, []float64{10, 20, 30}},
			{"narrow", m.Narrow(1, 1, 2), []int{2, 2}, []float64{2, 3, 5, 6}},
			{"index select", m.IndexSelect(0, index), []int{2, 3}, []float64{4, 5, 6, 1, 2, 3}},
			{"gather", m.Gather(1, labels), []int{2, 1}, []float64{3, 4}},
			{"cat", s.Cat(0, m, row.Unsqueeze(0)), []int{3, 3}, []float64{1, 2, 3, 4, 5, 6, 10, 20, 30}},

			{"add", m.Add(row), []int{2, 3}, []float64{11, 22, 33, 14, 25, 36}},
			{"sub", m.Sub(row), []int{2, 3}, []float64{-9, -18, -27, -6, -15, -24}},
			{"mul", m.Mul(row), []int{2, 3}, []float64{10, 40, 90, 40, 100, 180}},
			{"div", row.Div(m), []int{2, 3}, []float64{10, 10, 10, 2.5, 4, 5}},
			{"pow", s.Zeros(Float64, CPU, 3).Pow(FromSlice(s, []float64{0, 0.5, 2}, 3)), []int{3}, []float64{1, 0, 0}},
			{"add scalar", row.AddScalar(0.5), []int{3}, []float64{10.5, 20.5, 30.5}},
			{"sub scalar", row.SubScalar(0.5), []int{3}, []float64{9.5, 19.5, 29.5}},
			{"mul scalar", row.MulScalar(0.5), []int{3}, []float64{5, 10, 15}},
			{"div scalar", row.DivScalar(4), []int{3}, []float64{2.5, 5, 7.5}},
			{"clamp min", row.ClampMin(15), []int{3}, []float64{15, 20, 30}},
			{"less", m.Less(3), []int{2, 3}, []float64{1, 1, 0, 0, 0, 0}},
			{"equal", index.Equal(FromSlice(s, []int64{1, 1}, 2)), []int{2}, []float64{1, 0}},
			{"abs", FromSlice(s, []float64{-2, 0, 3}, 3).Abs(), []int{3}, []float64{2, 0, 3}},
			{"neg", row.Neg(), []int{3}, []float64{-10, -20, -30}},
			{"exp", FromSlice(s, []float64{1}, 1).Exp(), []int{1}, []float64{math.E}},
			{"expm1", FromSlice(s, []float64{1e-20}, 1).Expm1(), []int{1}, []float64{1e-20}},
			{"sqrt", FromSlice(s, []float64{9}, 1).Sqrt(), []int{1}, []float64{3}},
			{"square", row.Square(), []int{3}, []float64{100, 400, 900}},

			{"sum", m.Sum(), []int{}, []float64{21}},
			{"sum of a dimension", m.Sum(0), []int{3}, []float64{5, 7, 9}},
			{"sum of two", m.Sum(0, -1), []int{}, []float64{21}},
			{"sum of bytes", FromSlice(s, []uint8{200, 100}, 2).Sum(), []int{}, []float64{300}},
			{"mean", m.Mean(), []int{}, []float64{3.5}},
			{"mean of a dimension", m.Mean(1), []int{2}, []float64{2, 5}},
			{"max", m.Max(0), []int{3}, []float64{4, 5, 6}},
			{"argmax", FromSlice(s, []float64{1, 3, 3, 7, 0, 7}, 2, 3).ArgMax(1), []int{2}, []float64{1, 0}},

			{"relu", FromSlice(s, []float64{-1, 2}, 2).ReLU(), []int{2}, []float64{0, 2}},
			{"log softmax", FromSlice(s, []float64{0, math.Log(3)}, 1, 2).LogSoftmax(1), []int{1, 2}, []float64{math.Log(0.25), math.Log(0.75)}},
			{"linear", m.Unsqueeze(0).Linear(FromSlice(s, []float64{1, 0, -1}, 1, 3, 1), FromSlice(s, []float64{10}, 1, 1, 1)),
				[]int{1, 2, 1}, []float64{8, 8}},
			{"conv2d", image.Conv2d(FromSlice(s, []float64{0, 0, 0, 0, 1, 0, 0, 2, 0}, 1, 1, 3, 3), FromSlice(s, []float64{100}, 1), 1, 1),
				[]int{1, 1, 3, 3}, []float64{101, 111, 110, 116, 117, 122, 108, 107, 109}},
			{"grouped conv2d", image.Expand(1, 2, 3, 3).Conv2d(FromSlice(s, []float64{1, 2}, 2, 1, 1, 1), s.Zeros(Float64, CPU, 2), 0, 2).Sum(2, 3),
				[]int{1, 2}, []float64{39, 78}},
			{"max pool", image.MaxPool2d(2), []int{1, 1, 1, 1}, []float64{5}},
			{"channels last", image.ChannelsLast(), []int{1, 1, 3, 3}, []float64{1, 5, 2, 0, 3, 4, 8, 7, 9}},
		}
		for _, test := range tests {
			if got := test.got.Shape(); !slices.Equal(got, test.shape) {
				t.Errorf("%s has shape %v, want %v", test.name, got, test.shape)
			}
			got := test.got.Float64s()
			if !slices.EqualFunc(got, test.want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-14*math.Abs(b) }) {
				t.Errorf("%s is %v, want %v", test.name, got, test.want)
			}
		}
	})
}

// TestUpdates states what the operations in place do to 1, 2, 4, coefficients broadcast.
func TestUpdates(t *testing.T) {
	scoped(t, func(s *Scope) {
		two, other := FromSlice(s, []float64{2}, 1), FromSlice(s, []float64{1, 10, 100}, 3)
		for name, test := range map[string]struct {
			update func(x Tensor)
			want   []float64
		}{
			"add":        {func(x Tensor) { x.Add_(other) }, []float64{2, 12, 104}},
			"mul":        {func(x Tensor) { x.Mul_(other) }, []float64{1, 20, 400}},
			"addcmul":    {func(x Tensor) { x.Addcmul_(two, other) }, []float64{3, 22, 204}},
			"add scaled": {func(x Tensor) { x.AddScaled_(other, -2) }, []float64{-1, -18, -196}},
		} {
			x := FromSlice(s, []float64{1, 2, 4}, 3)
			test.update(x)
			if got := x.Float64s(); !reflect.DeepEqual(got, test.want) {
				t.Errorf("%s leaves %v, want %v", name, got, test.want)
			}
		}
	})
}

func TestSlicesRoundTrip(t *testing.T) {
	scoped(t, func(s *Scope) {
		floats := []float64{0.1, -2, math.MaxFloat64, math.SmallestNonzeroFloat64}
		if got := FromSlice(s, floats, 2, 2).Float64s(); !slices.Equal(got, floats) {
			t.Errorf("float64: %v", got)
		}
		singles := []float32{0.1, -2, math.MaxFloat32}
		if got := FromSlice(s, singles, 3).Float64s(); !slices.Equal(got, []float64{float64(singles[0]), -2, math.MaxFloat32}) {
			t.Errorf("float32: %v", got)
		}
		integers := []int64{math.MinInt64, 0, 1<<53 - 1}
		if got := FromSlice(s, integers, 3).Float64s(); !slices.Equal(got, []float64{math.MinInt64, 0, 1<<53 - 1}) {
			t.Errorf("int64: %v", got)
		}
		if got := FromSlice(s, []uint8{0, 255}, 2).Float64s(); !slices.Equal(got, []float64{0, 255}) {
			t.Errorf("uint8: %v", got)
		}
		if got := FromSlice(s, floats, 4).Narrow(0, 2, 1).Float64(); got != math.MaxFloat64 {
			t.Errorf("single float64: %v", got)
		}
	})
}

func TestWrongSlices(t *testing.T) {
	for _, shape := range [][]int{{2}, {2, 2}, {-1, 3}, {-1, -3}, {}, {math.MaxInt, 3}} {
		if err := Do(func(s *Scope) error { FromSlice(s, make([]float32, 3), shape...); return nil }); err == nil {
			t.Errorf("3 values fill the shape %v without an error", shape)
		}
	}
	err := Do(func(s *Scope) error { s.Zeros(Float32, CPU, 2).Float64(); return nil })
	if err == nil {
		t.Error("two elements were read as one value")
	}
}

func TestFacts(t *testing.T) {
	scoped(t, func(s *Scope) {
		for _, dtype := range []DType{Uint8, Int64, Float32, Float64} {
			x := s.Zeros(dtype, CPU, 4, 5, 6)
			if x.DType() != dtype || x.Device() != CPU || x.Dims() != 3 || x.Size(1) != 5 || x.Size(-1) != 6 {
				t.Errorf("%v: %v on %v, %d dimensions %v", dtype, x.DType(), x.Device(), x.Dims(), x.Shape())
			}
		}
	})
	if err := Do(func(s *Scope) error { s.Zeros(Float32, CPU, 2).Size(1); return nil }); err == nil {
		t.Error("no error for the size of a dimension that is not there")
	}
	if got := fmt.Sprint(Float32, DType(99)); got != "float32 dtype(99)" {
		t.Errorf("types are called %s", got)
	}
}
