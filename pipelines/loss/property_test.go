package loss

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/torch"
)

// drawn is a loss with parameters of its range, and one example.
func drawn(t *rapid.T) (Member, batch) {
	m := Member{Name: rapid.SampledFrom(Names()).Draw(t, "loss")}
	f, _ := find(m.Name)
	for _, p := range f.parameters {
		m.Parameters = append(m.Parameters, rapid.Float64Range(0, min(p.max, 6)).Draw(t, p.name))
	}
	classes := rapid.IntRange(2, 6).Draw(t, "classes")
	return m, batch{
		logits:  rapid.SliceOfN(rapid.Float64Range(-12, 12), classes, classes).Draw(t, "logits"),
		labels:  []int64{rapid.Int64Range(0, int64(classes-1)).Draw(t, "label")},
		classes: classes,
	}
}

// TestProperties holds for every loss here: it does not change when one number is added to all logits nor when classes
// change names, so its gradient sums to 0; and the gradient is the slope that finite differences see.
func TestProperties(t *testing.T) {
	const step = 1e-4
	rapid.Check(t, func(rt *rapid.T) {
		m, b := drawn(rt)
		shift := rapid.Float64Range(-50, 50).Draw(rt, "shift")
		order := rapid.Permutation(indices(b.classes)).Draw(rt, "order")

		// One batch holds every variant of the example: itself, shifted, permuted, and two steps along each logit.
		many := batch{classes: b.classes}
		add := func(label int64, logit func(c int) float64) {
			for c := range b.classes {
				many.logits = append(many.logits, logit(c))
			}
			many.labels = append(many.labels, label)
		}
		label := b.labels[0]
		add(label, func(c int) float64 { return b.logits[c] })
		add(label, func(c int) float64 { return b.logits[c] + shift })
		add(int64(indexOf(order, int(label))), func(c int) float64 { return b.logits[order[c]] })
		for moved := range b.classes {
			for _, by := range []float64{-2 * step, -step, step, 2 * step} {
				add(label, func(c int) float64 {
					if c == moved {
						return b.logits[c] + by
					}
					return b.logits[c]
				})
			}
		}
		r := compute(t, torch.Float64, many, m)
		value, gradient := r.values[0], r.gradient[:b.classes]

		if v := r.values[1]; math.Abs(v-value) > 1e-12*(1+shift*shift) {
			rt.Fatalf("%v is %v, shifted %v", m, value, v)
		}
		if v := r.values[2]; math.Abs(v-value) > 1e-12*max(1, math.Abs(value)) {
			rt.Fatalf("%v is %v, permuted %v", m, value, v)
		}
		total := 0.0
		for c, g := range gradient {
			total += g
			v := r.values[3+4*c:]
			slope := (v[0] - 8*v[1] + 8*v[2] - v[3]) / (12 * step)
			if math.Abs(slope-g) > 1e-7*max(1, math.Abs(g)) {
				rt.Fatalf("%v: gradient by logit %d is %v, finite differences give %v", m, c, g, slope)
			}
			if p := r.gradient[2*b.classes+indexOf(order, c)]; math.Abs(p-g) > 1e-12*max(1, math.Abs(g)) {
				rt.Fatalf("%v: gradient by logit %d is %v, permuted %v", m, c, g, p)
			}
		}
		if math.Abs(total) > 1e-12*float64(b.classes)*10 {
			rt.Fatalf("%v: the gradient sums to %v", m, total)
		}
	})
}

// TestBoundOfFocal holds the theorem CE_γ ≥ CE - γ·H[q] on what the losses compute.
func TestBoundOfFocal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		_, b := drawn(rt)
		gamma := []float64{rapid.Float64Range(0, 50).Draw(rt, "gamma")}
		r := compute(t, torch.Float64, b, Member{"focal", gamma}, Member{"entropy_regularised", gamma})
		if focal, bound := r.values[0], r.values[1]; focal < bound-1e-12 {
			rt.Fatalf("focal loss %v lies below its bound %v", focal, bound)
		}
	})
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func indexOf(list []int, value int) int {
	for i, v := range list {
		if v == value {
			return i
		}
	}
	return -1
}
