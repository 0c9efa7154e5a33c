package loss

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"experiment/internal/torch"
)

// TestGradientIsTheSlope compares the gradient of every loss with finite differences, on random batches that lie away
// from its kinks and jumps. The γ of focal_flsd53 is a constant between its jumps, so that its gradient is the slope too.
func TestGradientIsTheSlope(t *testing.T) {
	const step, wanted = 1e-4, 20
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			done := 0
			for range 20 * wanted {
				m, b := randomMember(random, name), randomBatch(random)
				if !smooth(m, b) {
					continue
				}
				want := slopes(t, m, b, step)
				near(t, "gradient", compute(t, torch.Float64, b, m).gradient, want, 1e-7)
				if t.Failed() {
					t.Fatalf("of %v on %v", m, b)
				}
				if done++; done == wanted {
					return
				}
			}
			t.Errorf("only %d batches of %d lie away from kinks", done, wanted)
		})
	}
}

// slopes is the slope of the sum over the batch along each logit, to the fourth order in the step. Every shifted batch
// is a replica.
func slopes(t *testing.T, m Member, b batch, step float64) []float64 {
	var batches []batch
	for i := range b.logits {
		for _, by := range []float64{-2 * step, -step, step, 2 * step} {
			moved := slices.Clone(b.logits)
			moved[i] += by
			batches = append(batches, batch{moved, b.labels, b.classes})
		}
	}
	r := computeEach(t, torch.Float64, batches, slices.Repeat([]Member{m}, len(batches))...)
	sum := func(k int) float64 {
		total := 0.0
		for _, v := range r.of(k, len(batches)).values {
			total += v
		}
		return total
	}
	list := make([]float64, len(b.logits))
	for i := range list {
		list[i] = (sum(4*i) - 8*sum(4*i+1) + 8*sum(4*i+2) - sum(4*i+3)) / (12 * step)
	}
	return list
}

// randomMember has parameters of the range that people use.
func randomMember(random *rand.Rand, name string) Member {
	m := Member{Name: name}
	f, _ := find(name)
	for _, p := range f.parameters {
		low, high := max(p.min, -1), min(p.max, 6)
		if p.min > 0 {
			low = 0.04
		}
		m.Parameters = append(m.Parameters, low+(high-low)*random.Float64())
	}
	return m
}

func randomBatch(random *rand.Rand) batch {
	b := batch{classes: 2 + random.IntN(4)}
	for range 1 + random.IntN(4) {
		for range b.classes {
			b.logits = append(b.logits, 3*random.NormFloat64())
		}
		b.labels = append(b.labels, random.Int64N(int64(b.classes)))
	}
	return b
}

// smooth is whether a loss has one slope in all the neighbourhood of a batch.
func smooth(m Member, b batch) bool {
	const room = 1e-2
	apart := func(values []float64) bool {
		sorted := slices.Sorted(slices.Values(values))
		for i := 1; i < len(sorted); i++ {
			if sorted[i]-sorted[i-1] < room {
				return false
			}
		}
		return true
	}
	rows := slices.Collect(slices.Chunk(b.logits, b.classes))
	switch m.Name {
	case "focal_flsd53":
		return !slices.ContainsFunc(labelled(b), func(q float64) bool { return math.Abs(q-0.2) < room })
	case "dual_focal":
		return !slices.ContainsFunc(rows, func(z []float64) bool { return !apart(z) })
	case "margin_label_smoothing":
		return !slices.ContainsFunc(rows, func(z []float64) bool {
			return !apart(append(slices.Clone(z), slices.Max(z)-m.Parameters[0]))
		})
	case "mmce":
		confidences, _ := plainConfidence(b)
		return apart(confidences) && plainMMCE(b) > room &&
			!slices.ContainsFunc(rows, func(z []float64) bool { return !apart(z) })
	case "mdca":
		return !slices.ContainsFunc(plainDifferences(b), func(d float64) bool { return math.Abs(d) < room })
	}
	return true
}

// labelled is the probability of every label.
func labelled(b batch) []float64 {
	var list []float64
	for i, q := range plainSoftmax(b) {
		list = append(list, q[b.labels[i]])
	}
	return list
}
