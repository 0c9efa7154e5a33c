package loss

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"experiment/internal/torch"
)

func TestLimitsAreCrossEntropyToTheBit(t *testing.T) {
	limits := []Member{
		{"label_smoothing", []float64{0}}, {"focal", []float64{0, 0}}, {"entropy_regularised", []float64{0}}, {"dual_focal", []float64{0}},
		{"poly1", []float64{0}}, {"margin_label_smoothing", []float64{2, 0}}, {"mmce", []float64{0, 0}}, {"mdca", []float64{0, 0}},
	}
	for _, dtype := range []torch.DType{torch.Float32, torch.Float64} {
		b := batch{logits: []float64{1, -2, 0.5, 3, 3, 3, 1e4, -1e4, 0, -1e4, 1e4, 0, 20, 0, -20}, labels: []int64{0, 1, 1, 0, 0}, classes: 3}
		want := compute(t, dtype, b, Member{Name: "cross_entropy"})
		for _, m := range limits {
			got := compute(t, dtype, b, m)
			if !slices.Equal(got.values, want.values) {
				t.Errorf("%v in %v is %v, want %v", m, dtype, got.values, want.values)
			}
			near(t, fmt.Sprint(m, " gradient"), got.gradient, want.gradient, 1e-15)
		}
	}
}

// TestLimitsAreOtherLosses holds a loss with some parameter at its end to a simpler one.
func TestLimitsAreOtherLosses(t *testing.T) {
	b := batch{logits: []float64{1, -2, 0.5, 3, 3, 2, -4, 0, 0.1, 9, 1, 0}, labels: []int64{0, 1, 1, 0}, classes: 3}
	for _, test := range []struct{ limit, other Member }{
		{Member{"focal", []float64{0, 0.3}}, Member{"label_smoothing", []float64{0.3}}},
		{Member{"mmce", []float64{0, 3}}, Member{"focal", []float64{3, 0}}},
		{Member{"mdca", []float64{0, 3}}, Member{"focal", []float64{3, 0}}},
		{Member{"margin_label_smoothing", []float64{1e6, 5}}, Member{Name: "cross_entropy"}},
	} {
		got, want := compute(t, torch.Float64, b, test.limit), compute(t, torch.Float64, b, test.other)
		near(t, fmt.Sprint(test.limit), got.values, want.values, 1e-15)
		near(t, fmt.Sprint(test.limit, " gradient"), got.gradient, want.gradient, 1e-15)
	}
}

func TestFLSD53ChoosesItsExponent(t *testing.T) {
	for _, test := range []struct{ q, gamma float64 }{{1e-5, 5}, {0.199, 5}, {0.201, 3}, {0.9, 3}} {
		b := batch{logits: []float64{math.Log(test.q), math.Log(1 - test.q)}, labels: []int64{0}, classes: 2}
		want := -math.Pow(1-test.q, test.gamma) * math.Log(test.q)
		near(t, fmt.Sprintf("loss at %v", test.q), compute(t, torch.Float64, b, Member{Name: "focal_flsd53"}).values, []float64{want}, 1e-14)
	}
}

// TestLogitNormForgetsLength holds that the length of the logits does not count, but for the 1e-7 added to it.
func TestLogitNormForgetsLength(t *testing.T) {
	short, long := []float64{1, -2, 0.5}, []float64{1000, -2000, 500}
	r := computeEach(t, torch.Float64, []batch{{short, []int64{1}, 3}, {long, []int64{1}, 3}}, usual("logit_norm"), usual("logit_norm"))
	near(t, "loss", r.values[1:], r.values[:1], 1e-6)
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
		{Member{"focal", []float64{2, 0}}, 9.0 / 16 * math.Log(4)},
		{Member{"focal", []float64{0.5, 0}}, math.Sqrt(0.75) * math.Log(4)},
		{Member{"focal", []float64{1, 1}}, (3*math.Log(4) + math.Log(4.0/3)) / 8},
		{Member{"entropy_regularised", []float64{1}}, math.Log(4) - entropy},
		{Member{Name: "focal_flsd53"}, 27.0 / 64 * math.Log(4)},
		{Member{"dual_focal", []float64{2}}, 9.0 / 16 * math.Log(4)},
		{Member{Name: "brier"}, 9.0 / 8},
		{Member{"poly1", []float64{2}}, math.Log(4) + 1.5},
		{Member{"margin_label_smoothing", []float64{0.1, 2}}, math.Log(4) + math.Log(3) - 0.1},
		{Member{"mmce", []float64{2, 0}}, math.Log(4) + 1.5},
		{Member{"mdca", []float64{2, 1}}, 0.75*math.Log(4) + 1.5},
	} {
		near(t, fmt.Sprint(test.member), compute(t, torch.Float64, b, test.member).values, []float64{test.want}, 1e-15)
	}
}

func TestFarLogitsStayFinite(t *testing.T) {
	near0, far := batch{classes: 3}, batch{classes: 3}
	for _, size := range []float64{0, 1e-30, 1e-9, 1e-5, 1, 17, 40, 90, 105, 750, 1e4} {
		for label := range int64(3) {
			far.logits = append(far.logits, size, -size, 0, -size, -size, size)
			far.labels = append(far.labels, label, label)
		}
	}
	near0.logits, near0.labels = make([]float64, len(far.logits)), far.labels
	sure := batch{slices.Repeat([]float64{1e4, -1e4, 0}, 2), []int64{0, 0}, 3}
	wrong := batch{slices.Repeat([]float64{1e4, -1e4, 0}, 2), []int64{1, 1}, 3}
	members := all()
	for _, dtype := range []torch.DType{torch.Float32, torch.Float64} {
		for name, b := range map[string]batch{"zeros": near0, "all sizes": far, "sure": sure, "wrong": wrong} {
			r := compute(t, dtype, b, members...)
			for k, m := range members {
				of := r.of(k, len(members))
				if i := slices.IndexFunc(of.values, notFinite); i >= 0 {
					t.Errorf("%s: %v in %v is %v for example %d", name, m, dtype, of.values[i], i)
				}
				if i := slices.IndexFunc(of.gradient, notFinite); i >= 0 {
					t.Errorf("%s: %v in %v has the gradient %v for example %d", name, m, dtype, of.gradient[i], i/b.classes)
				}
			}
		}
	}
}

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// TestFusedEqualsSingle holds that replica k of many, with any neighbours, has the very bits it has alone.
func TestFusedEqualsSingle(t *testing.T) {
	b := batch{logits: []float64{1, -2, 0.5, 3, 3.5, 2, -1, 0, 1, 0, 0, 7}, labels: []int64{0, 2, 1, 2}, classes: 3}
	members := append(all(), Member{"focal", []float64{3, 0}}, Member{"focal", []float64{7, 0}}, Member{Name: "cross_entropy"})
	for _, dtype := range []torch.DType{torch.Float32, torch.Float64} {
		fused := compute(t, dtype, b, members...)
		for k, m := range members {
			single, of := compute(t, dtype, b, m), fused.of(k, len(members))
			if !slices.Equal(of.values, single.values) || !slices.Equal(of.gradient, single.gradient) {
				t.Errorf("replica %d of %v, %v, differs from the same alone", k, dtype, m)
			}
		}
	}
}

func TestTargetsOfTheirOwn(t *testing.T) {
	err := torch.Do(func(s *torch.Scope) error {
		f, err := New(s, torch.Float64, torch.CPU, Member{Name: "cross_entropy"}, Member{"focal", []float64{0, 0}})
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
		{[]Member{{Name: "focal"}}, "focal: 0 parameters given, 2 needed"},
		{[]Member{{"cross_entropy", []float64{1}}}, "cross_entropy: 1 parameters given, 0 needed"},
		{[]Member{{"focal", []float64{-0.1, 0}}}, "gamma is -0.1"},
		{[]Member{{"focal", []float64{math.Inf(1), 0}}}, "gamma is +Inf"},
		{[]Member{{"entropy_regularised", []float64{math.NaN()}}}, "gamma is NaN"},
		{[]Member{{Name: "cross_entropy"}, {"label_smoothing", []float64{1.5}}}, "epsilon is 1.5, not within 0 and 1"},
		{[]Member{{"poly1", []float64{-1.5}}}, "epsilon is -1.5, not within -1 and 1e+30"},
		{[]Member{{"logit_norm", []float64{0}}}, "tau is 0, not within 1e-06 and 1e+06"},
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
