package loss

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/torch"
)

// descend runs the descent of members on a batch that all share: means [K] and gradients [K, N, C].
func descend(t testing.TB, dtype torch.DType, b batch, members ...Member) (r result) {
	t.Helper()
	before := torch.Live()
	err := torch.Do(func(s *torch.Scope) error {
		descent, err := NewDescent(s, dtype, torch.CPU, members...)
		if err != nil {
			return err
		}
		k, n := len(members), len(b.labels)
		logits := torch.FromSlice(s, b.logits, 1, n, b.classes).ToDType(dtype).Expand(k, -1, -1)
		mean, gradient := descent(logits, torch.FromSlice(s, b.labels, 1, n))
		if mean.DType() != torch.Float64 || gradient.DType() != dtype {
			t.Errorf("the mean is %v, the gradient %v of logits of %v", mean.DType(), gradient.DType(), dtype)
		}
		r = result{mean.Float64s(), gradient.Float64s()}
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

// TestDescentIsOfTheMean holds that a descent, in closed form or not, is the mean of its formula and the gradient of that, for
// members of one name and of several.
func TestDescentIsOfTheMean(t *testing.T) {
	family := []Member{{"cross_entropy", nil}, {"label_smoothing", []float64{0.1}}, {"focal", []float64{2.5, 0}}, {"focal", []float64{0.5, 0.2}}}
	rapid.Check(t, func(rt *rapid.T) {
		b := drawnBatch(rt)
		members := []Member{drawn(rt)}
		if rapid.Bool().Draw(rt, "several") {
			members = append(members, family...)
		}
		if slices.ContainsFunc(members, func(m Member) bool { return m.Name == "mmce" && !smooth(m, b) }) {
			rt.Skip("not differentiable there")
		}
		formula, got := compute(t, torch.Float64, b, members...), descend(t, torch.Float64, b, members...)
		for k, m := range members {
			own := formula.of(k, len(members))
			mean := 0.0
			for _, v := range own.values {
				mean += v / float64(len(own.values))
			}
			for i := range own.gradient { // compute differentiates the sum of the values
				own.gradient[i] /= float64(len(own.values))
			}
			sameTo(rt, m, "mean", got.values[k:k+1], []float64{mean}, 1e-12)
			sameTo(rt, m, "gradient", got.of(k, len(members)).gradient, own.gradient, 1e-12)
		}
	})
}

// TestDescentOfReference holds the values and gradients that PyTorch computed.
func TestDescentOfReference(t *testing.T) {
	r := readReference(t)
	for _, c := range r.Cases {
		member, ok := c.member(t)
		if !ok {
			continue
		}
		mean := 0.0
		for _, v := range c.PerExample {
			mean += v / float64(len(c.PerExample))
		}
		for dtype, tolerance := range map[torch.DType]float64{torch.Float64: 1e-10, torch.Float32: 1e-5} {
			t.Run(fmt.Sprintf("%s %v %v", c.Loss, member.Parameters, dtype), func(t *testing.T) {
				got := descend(t, dtype, batch{logits: flat(r.Logits), labels: r.Labels, classes: len(r.Logits[0])}, member)
				near(t, "mean", got.values, []float64{mean}, tolerance)
				near(t, "gradient", got.gradient, flat(c.Gradient), tolerance)
			})
		}
	}
}

// TestDescentAtExtremes holds that means and gradients are finite where single probabilities are 0 or 1.
func TestDescentAtExtremes(t *testing.T) {
	logits := []float64{1e4, -1e4, 0, -1e4, 1e4, 1e4, 0, 0, 0, 20, 0, -20}
	b := batch{logits: logits, labels: []int64{0, 0, 2, 0}, classes: 3}
	for _, m := range all() {
		if !inFocalFamily(m) {
			continue
		}
		for _, dtype := range []torch.DType{torch.Float32, torch.Float64} {
			got := descend(t, dtype, b, m)
			for _, v := range slices.Concat(got.values, got.gradient) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%s %v in %v: mean %v, gradient %v", m.Name, m.Parameters, dtype, got.values, got.gradient)
					break
				}
			}
		}
	}
}

func TestDescentErrors(t *testing.T) {
	for name, c := range map[string]struct {
		shape  []int
		target int64
		want   string
	}{
		"class beyond the last": {[]int{1, 2, 3}, 3, "no class"},
		"negative class":        {[]int{1, 2, 3}, -1, "no class"},
		"too many replicas":     {[]int{2, 2, 3}, 0, "do not fit"},
		"no replicas":           {[]int{2, 3}, 0, "do not fit"},
	} {
		err := torch.Do(func(s *torch.Scope) error {
			descent, err := NewDescent(s, torch.Float32, torch.CPU, Member{Name: "cross_entropy"})
			if err != nil {
				return err
			}
			descent(s.Zeros(torch.Float32, torch.CPU, c.shape...), torch.FromSlice(s, []int64{0, c.target}, 1, 2))
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
}

// TestDescentIsNoAffairOfNeighbours holds that what a replica gets is, to the bit, what it gets alone.
func TestDescentIsNoAffairOfNeighbours(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, members := drawnBatch(rt), []Member{drawn(rt), drawn(rt), drawn(rt), drawn(rt)}
		together := descend(t, torch.Float32, b, members...)
		for k, m := range members {
			alone := descend(t, torch.Float32, b, m)
			if got := together.of(k, len(members)); !slices.Equal(got.values, alone.values) || !slices.Equal(got.gradient, alone.gradient) {
				rt.Fatalf("%v of %v: %v, alone %v", m, members, got, alone)
			}
		}
	})
}
