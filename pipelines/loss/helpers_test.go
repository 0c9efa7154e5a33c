package loss

import (
	"math"
	"slices"
	"testing"

	"experiment/internal/torch"
)

// A batch is what a replica is given.
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
	return computeEach(t, dtype, slices.Repeat([]batch{b}, len(members)), members...)
}

// computeEach runs members[k] on batches[k], all of one size, in one call.
func computeEach(t testing.TB, dtype torch.DType, batches []batch, members ...Member) result {
	t.Helper()
	var logits []float64
	var labels []int64
	for _, b := range batches {
		logits, labels = append(logits, b.logits...), append(labels, b.labels...)
	}
	k, n, classes := len(members), len(batches[0].labels), batches[0].classes
	var r result
	before := torch.Live()
	err := torch.Do(func(s *torch.Scope) error {
		f, err := New(s, dtype, torch.CPU, members...)
		if err != nil {
			return err
		}
		input := torch.FromSlice(s, logits, k, n, classes).ToDType(dtype).RequireGrad()
		values := f(input, torch.FromSlice(s, labels, k, n))
		values.Sum().Backward()
		r = result{values: values.Float64s(), gradient: input.Grad().Float64s()}
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

// of returns what replica k of several has.
func (r result) of(k, replicas int) result {
	n, g := len(r.values)/replicas, len(r.gradient)/replicas
	return result{r.values[k*n : (k+1)*n], r.gradient[k*g : (k+1)*g]}
}

// all has every loss with every combination of some values of its parameters, the ends of their ranges among them.
func all() []Member {
	var members []Member
	for _, f := range formulas() {
		combinations := [][]float64{nil}
		for _, p := range f.parameters {
			values := []float64{p.min, p.max}
			for _, v := range []float64{0, 0.1, 0.5, 1, 3, 50} {
				if v > p.min && v < p.max {
					values = append(values, v)
				}
			}
			var longer [][]float64
			for _, c := range combinations {
				for _, v := range values {
					longer = append(longer, append(slices.Clone(c), v))
				}
			}
			combinations = longer
		}
		for _, c := range combinations {
			members = append(members, Member{f.name, c})
		}
	}
	return members
}

// usual is a loss of the given name with unremarkable parameters.
func usual(name string) Member {
	m := Member{Name: name}
	f, _ := find(name)
	for _, p := range f.parameters {
		m.Parameters = append(m.Parameters, min(0.5, p.max))
	}
	return m
}

// near compares within tolerance, relative to the larger of 1 and the wanted value.
func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", what, len(got), len(want))
	}
	for i := range want {
		if difference := math.Abs(got[i] - want[i]); !(difference <= tolerance*max(1, math.Abs(want[i]))) {
			t.Errorf("%s %d is %v, want %v: off by %.2g", what, i, got[i], want[i], difference)
			return
		}
	}
}
