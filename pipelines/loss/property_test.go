package loss

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/torch"
)

// drawn is a loss with parameters of its range.
func drawn(t *rapid.T) Member {
	m := Member{Name: rapid.SampledFrom(Names()).Draw(t, "loss")}
	f, _ := find(m.Name)
	for _, p := range f.parameters {
		m.Parameters = append(m.Parameters, rapid.Float64Range(max(p.min, -1), min(p.max, 6)).Draw(t, p.name))
	}
	return m
}

// drawnBatch has logits that are multiples of 1/256, so that shifts by whole numbers are exact and equal ones stay equal.
func drawnBatch(t *rapid.T) batch {
	b := batch{classes: rapid.IntRange(2, 6).Draw(t, "classes")}
	count := rapid.IntRange(1, 4).Draw(t, "examples")
	for _, v := range rapid.SliceOfN(rapid.IntRange(-12*256, 12*256), count*b.classes, count*b.classes).Draw(t, "logits in 256ths") {
		b.logits = append(b.logits, float64(v)/256)
	}
	b.labels = rapid.SliceOfN(rapid.Int64Range(0, int64(b.classes-1)), count, count).Draw(t, "labels")
	return b
}

// TestShift holds that no loss but those of logits changes when one number is added to all logits of an example, so its
// gradient there sums to 0.
func TestShift(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m, b := drawn(rt), drawnBatch(rt)
		if OfLogits(m.Name) {
			rt.Skip("depends on a shift")
		}
		moved := batch{slices.Clone(b.logits), b.labels, b.classes}
		for i := range b.labels {
			shift := float64(rapid.IntRange(-50, 50).Draw(rt, "shift"))
			for c := range b.classes {
				moved.logits[i*b.classes+c] += shift
			}
		}
		r := computeEach(t, torch.Float64, []batch{b, moved}, m, m)
		sameTo(rt, m, "shifted value", r.of(1, 2).values, r.of(0, 2).values, 1e-12)
		sameTo(rt, m, "shifted gradient", r.of(1, 2).gradient, r.of(0, 2).gradient, 1e-12)
		if m.Name == "mmce" && !smooth(m, b) {
			return
		}
		for i := range b.labels {
			total := 0.0
			for _, g := range r.gradient[i*b.classes : (i+1)*b.classes] {
				total += g
			}
			if math.Abs(total) > 1e-11 {
				rt.Fatalf("%v: the gradient of example %d sums to %v", m, i, total)
			}
		}
	})
}

// TestPermutation holds that the names of the classes do not matter. The prediction of mmce is the first of equals,
// and its root magnifies rounding near 0: there it is held away from both.
func TestPermutation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m, b := drawn(rt), drawnBatch(rt)
		if m.Name == "mmce" && !smooth(m, b) {
			rt.Skip("near a kink")
		}
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}[:b.classes]).Draw(rt, "order")
		inOrder := func(values []float64) []float64 {
			list := make([]float64, len(values))
			for i := range values {
				list[i] = values[i-i%b.classes+order[i%b.classes]]
			}
			return list
		}
		permuted := batch{logits: inOrder(b.logits), classes: b.classes}
		for _, label := range b.labels {
			permuted.labels = append(permuted.labels, int64(slices.Index(order, int(label))))
		}
		r := computeEach(t, torch.Float64, []batch{b, permuted}, m, m)
		sameTo(rt, m, "permuted value", r.of(1, 2).values, r.of(0, 2).values, 1e-11)
		sameTo(rt, m, "permuted gradient", r.of(1, 2).gradient, inOrder(r.of(0, 2).gradient), 1e-9)
	})
}

// sameTo compares within tolerance, relative to the larger of 1 and the wanted value.
func sameTo(t *rapid.T, m Member, what string, got, want []float64, tolerance float64) {
	for i := range want {
		if difference := math.Abs(got[i] - want[i]); !(difference <= tolerance*max(1, math.Abs(want[i]))) {
			t.Fatalf("%v: %s %d is %v, want %v", m, what, i, got[i], want[i])
		}
	}
}

// TestBoundOfFocal holds the theorem CE_γ(p‖q) ≥ CE(p‖q) - γ·H[q] on what the losses compute, with labels p that are
// smoothed or not: the entropy is the difference between entropy-regularised and plain cross-entropy.
func TestBoundOfFocal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := drawnBatch(rt)
		gamma, epsilon := rapid.Float64Range(0, 50).Draw(rt, "gamma"), rapid.Float64Range(0, 1).Draw(rt, "epsilon")
		r := compute(t, torch.Float64, b, Member{"focal", []float64{gamma, epsilon}}, Member{"label_smoothing", []float64{epsilon}},
			Member{"entropy_regularised", []float64{gamma}}, Member{Name: "cross_entropy"})
		for i, focal := range r.of(0, 4).values {
			bound := r.of(1, 4).values[i] + r.of(2, 4).values[i] - r.of(3, 4).values[i]
			if focal < bound-1e-12*max(1, gamma) {
				rt.Fatalf("focal loss %v lies below its bound %v", focal, bound)
			}
		}
	})
}
