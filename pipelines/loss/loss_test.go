package loss

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"experiment/internal/torch"
)

// A batch is the same examples for every replica.
type batch struct {
	logits  []float64 // [N, C] by rows
	labels  []int64
	classes int
}

// A result is of K replicas, by rows: values [K, N], gradient of their sum by the logits [K, N, C].
type result struct{ values, gradient []float64 }

// compute runs the losses of all members on one batch in one call.
func compute(t testing.TB, dtype torch.DType, b batch, members ...Member) result {
	t.Helper()
	var r result
	before := torch.Live()
	err := torch.Do(func(s *torch.Scope) error {
		f, err := New(s, dtype, torch.CPU, members...)
		if err != nil {
			return err
		}
		k, n := len(members), len(b.labels)
		logits := torch.FromSlice(s, slices.Concat(slices.Repeat([][]float64{b.logits}, k)...), k, n, b.classes).ToDType(dtype).RequireGrad()
		values := f(logits, torch.FromSlice(s, b.labels, 1, n))
		values.Sum().Backward()
		r = result{values: values.Float64s(), gradient: logits.Grad().Float64s()}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if left := torch.Live() - before; left != 0 {
		t.Errorf("%d tensors left", left)
	}
	return r
}

// all has every loss, most with several parameters.
func all() []Member {
	members := []Member{{Name: "cross_entropy"}}
	for _, epsilon := range []float64{0, 0.1, 1} {
		members = append(members, Member{"label_smoothing", []float64{epsilon}})
	}
	for _, gamma := range []float64{0, 0.3, 0.5, 1, 2, 5, 50} {
		members = append(members, Member{"focal", []float64{gamma}}, Member{"entropy_regularised", []float64{gamma}})
	}
	return members
}

func TestLimitsAreCrossEntropyToTheBit(t *testing.T) {
	for _, dtype := range []torch.DType{torch.Float32, torch.Float64} {
		b := batch{logits: []float64{1, -2, 0.5, 3, 3, 3, 1e4, -1e4, 0, -1e4, 1e4, 0, 20, 0, -20}, labels: []int64{0, 1, 1, 0, 0}, classes: 3}
		want := compute(t, dtype, b, Member{Name: "cross_entropy"})
		for _, name := range []string{"label_smoothing", "focal", "entropy_regularised"} {
			got := compute(t, dtype, b, Member{name, []float64{0}})
			if !slices.Equal(got.values, want.values) {
				t.Errorf("%s with 0 in %v is %v, want %v", name, dtype, got.values, want.values)
			}
			near(t, name+" with 0: gradient", got.gradient, want.gradient, 1e-15)
		}
	}
}

func TestKnownValues(t *testing.T) {
	// q = (1/4, 3/4), the label the first class.
	b := batch{logits: []float64{0, math.Log(3)}, labels: []int64{0}, classes: 2}
	entropy := math.Log(4) - 0.75*math.Log(3)
	for _, test := range []struct {
		member Member
		want   float64
	}{
		{Member{Name: "cross_entropy"}, math.Log(4)},
		{Member{"label_smoothing", []float64{1}}, math.Log(4) - math.Log(3)/2},
		{Member{"label_smoothing", []float64{0.2}}, math.Log(4) - 0.2*math.Log(3)/2},
		{Member{"focal", []float64{2}}, 9.0 / 16 * math.Log(4)},
		{Member{"focal", []float64{0.5}}, math.Sqrt(0.75) * math.Log(4)},
		{Member{"entropy_regularised", []float64{1}}, math.Log(4) - entropy},
	} {
		near(t, fmt.Sprint(test.member), compute(t, torch.Float64, b, test.member).values, []float64{test.want}, 1e-15)
	}
}

func TestFarLogitsStayFinite(t *testing.T) {
	var b batch
	b.classes = 3
	for _, size := range []float64{1e-9, 1e-5, 1, 17, 40, 90, 105, 750, 1e4} {
		for label := range int64(3) {
			b.logits = append(b.logits, size, -size, 0, -size, -size, size)
			b.labels = append(b.labels, label, label)
		}
	}
	for _, dtype := range []torch.DType{torch.Float32, torch.Float64} {
		for _, m := range all() {
			r := compute(t, dtype, b, m)
			for _, v := range slices.Concat(r.values, r.gradient) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%v in %v: %v", m, dtype, v)
					break
				}
			}
		}
	}
}

// TestFusedEqualsSingle holds that replica k of many, with any neighbours, has the very bits it has alone.
func TestFusedEqualsSingle(t *testing.T) {
	b := batch{logits: []float64{1, -2, 0.5, 3, 3.5, 2, -1, 0, 1, 0, 0, 7}, labels: []int64{0, 2, 1, 2}, classes: 3}
	members := append(all(), Member{"focal", []float64{3}}, Member{"focal", []float64{7}}, Member{Name: "cross_entropy"})
	for _, dtype := range []torch.DType{torch.Float32, torch.Float64} {
		fused := compute(t, dtype, b, members...)
		for k, m := range members {
			single := compute(t, dtype, b, m)
			n, g := len(single.values), len(single.gradient)
			if !slices.Equal(fused.values[k*n:(k+1)*n], single.values) || !slices.Equal(fused.gradient[k*g:(k+1)*g], single.gradient) {
				t.Errorf("replica %d of %v, %v, differs from the same alone", k, dtype, m)
			}
		}
	}
}

func TestTargetsOfTheirOwn(t *testing.T) {
	err := torch.Do(func(s *torch.Scope) error {
		f, err := New(s, torch.Float64, torch.CPU, Member{Name: "cross_entropy"}, Member{"focal", []float64{0}})
		if err != nil {
			return err
		}
		logits := torch.FromSlice(s, []float64{0, math.Log(3), 0, math.Log(3)}, 2, 1, 2)
		near(t, "loss", f(logits, torch.FromSlice(s, []int64{0, 1}, 2, 1)).Float64s(), []float64{math.Log(4), math.Log(4.0 / 3)}, 1e-15)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, test := range []struct {
		members []Member
		want    string
	}{
		{nil, "no members"},
		{[]Member{{Name: "hinge"}}, "hinge: there is no such loss"},
		{[]Member{{Name: "focal"}}, "focal: 0 parameters given, 1 needed"},
		{[]Member{{"cross_entropy", []float64{1}}}, "cross_entropy: 1 parameters given, 0 needed"},
		{[]Member{{"focal", []float64{-0.1}}}, "gamma is -0.1"},
		{[]Member{{"focal", []float64{math.Inf(1)}}}, "gamma is +Inf"},
		{[]Member{{"entropy_regularised", []float64{math.NaN()}}}, "gamma is NaN"},
		{[]Member{{Name: "cross_entropy"}, {"label_smoothing", []float64{1.5}}}, "epsilon is 1.5, not within 0 and 1"},
	} {
		err := torch.Do(func(s *torch.Scope) error { _, err := New(s, torch.Float32, torch.CPU, test.members...); return err })
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: error is %v, want %q", test.members, err, test.want)
		}
	}
}

func TestWrongTargets(t *testing.T) {
	for name, labels := range map[string][]int64{"label too large": {0, 3}, "negative label": {0, -1}, "too many labels": {0, 1, 2}} {
		err := torch.Do(func(s *torch.Scope) error {
			f, err := New(s, torch.Float32, torch.CPU, Member{Name: "cross_entropy"})
			if err != nil {
				return err
			}
			f(s.Zeros(torch.Float32, torch.CPU, 1, 2, 3), torch.FromSlice(s, labels, 1, len(labels)))
			return nil
		})
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error is %v, want one line", name, err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, name := range Names() {
		if _, ok := Parameters(name); !ok {
			t.Errorf("%s is listed, but not found", name)
		}
	}
	if _, ok := Parameters("hinge"); ok {
		t.Error("there is a loss called hinge")
	}
}
