package loss

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"experiment/internal/torch"
)

// What the reference has no values of is written down once more, in float64, number by number.

func plainSoftmax(b batch) [][]float64 {
	var rows [][]float64
	for z := range slices.Chunk(b.logits, b.classes) {
		total := 0.0
		q := make([]float64, len(z))
		for k := range z {
			q[k] = math.Exp(z[k] - slices.Max(z))
			total += q[k]
		}
		for k := range q {
			q[k] /= total
		}
		rows = append(rows, q)
	}
	return rows
}

// plainConfidence is the confidence of every example, and 1 where the prediction is right.
func plainConfidence(b batch) (confidence, right []float64) {
	for i, q := range plainSoftmax(b) {
		predicted := 0
		for k := range q {
			if q[k] > q[predicted] {
				predicted = k
			}
		}
		confidence, right = append(confidence, q[predicted]), append(right, 0)
		if int64(predicted) == b.labels[i] {
			right[i] = 1
		}
	}
	return confidence, right
}

func plainMMCE(b batch) float64 {
	r, c := plainConfidence(b)
	total := 0.0
	for i := range r {
		for j := range r {
			total += (c[i] - r[i]) * (c[j] - r[j]) * math.Exp(-math.Abs(r[i]-r[j])/0.4)
		}
	}
	return math.Sqrt(max(0, total)) / float64(len(r))
}

// plainDifferences is, for every class, its mean probability less its share of the labels.
func plainDifferences(b batch) []float64 {
	differences := make([]float64, b.classes)
	for i, q := range plainSoftmax(b) {
		for k := range q {
			differences[k] += q[k] / float64(len(b.labels))
		}
		differences[b.labels[i]] -= 1 / float64(len(b.labels))
	}
	return differences
}

func plainMDCA(b batch) float64 {
	total := 0.0
	for _, d := range plainDifferences(b) {
		total += math.Abs(d)
	}
	return total / float64(b.classes)
}

// plainFocal is -Σ_k p~_k·(1-q_k)^γ·log q_k of every example.
func plainFocal(b batch, gamma, epsilon float64) []float64 {
	var list []float64
	for i, q := range plainSoftmax(b) {
		total := 0.0
		for k := range q {
			p := epsilon / float64(b.classes)
			if int64(k) == b.labels[i] {
				p += 1 - epsilon
			}
			total -= p * math.Pow(1-q[k], gamma) * math.Log(q[k])
		}
		list = append(list, total)
	}
	return list
}

// TestPlainValues holds mmce, mdca and smoothed focal to the plain computation. Their gradients are held to finite
// differences.
func TestPlainValues(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	shifted := func(values []float64, by float64) []float64 {
		for i := range values {
			values[i] += by
		}
		return values
	}
	for range 50 {
		b := randomBatch(random)
		weight, gamma, epsilon := 3*random.Float64(), 5*random.Float64(), random.Float64()
		for _, test := range []struct {
			member Member
			want   []float64
		}{
			{Member{"focal", []float64{gamma, epsilon}}, plainFocal(b, gamma, epsilon)},
			{Member{"mmce", []float64{weight, 0}}, shifted(plainFocal(b, 0, 0), weight*plainMMCE(b))},
			{Member{"mmce", []float64{weight, gamma}}, shifted(plainFocal(b, gamma, 0), weight*plainMMCE(b))},
			{Member{"mdca", []float64{weight, 0}}, shifted(plainFocal(b, 0, 0), weight*plainMDCA(b))},
			{Member{"mdca", []float64{weight, gamma}}, shifted(plainFocal(b, gamma, 0), weight*plainMDCA(b))},
		} {
			for dtype, tolerance := range map[torch.DType]float64{torch.Float64: 1e-10, torch.Float32: 1e-5} {
				near(t, fmt.Sprintf("%v in %v: value", test.member, dtype), compute(t, dtype, b, test.member).values, test.want, tolerance)
			}
		}
	}
}

// TestKernelErrorAtNothing holds MMCE to 0, with a gradient of 0, where nothing is wrong: certain and right, and one
// half right at a confidence of one half.
func TestKernelErrorAtNothing(t *testing.T) {
	for name, b := range map[string]batch{
		"certain and right": {logits: []float64{1e4, 0, 0, 1e4}, labels: []int64{0, 1}, classes: 2},
		"half and half":     {logits: []float64{1, 1, -3, -3}, labels: []int64{0, 1}, classes: 2},
	} {
		for _, dtype := range []torch.DType{torch.Float32, torch.Float64} {
			got := compute(t, dtype, b, Member{"mmce", []float64{1, 0}})
			want := compute(t, dtype, b, Member{Name: "cross_entropy"})
			near(t, name+": value", got.values, want.values, 1e-14)
			if !slices.Equal(got.gradient, want.gradient) {
				t.Errorf("%s in %v: gradient is %v, want %v", name, dtype, got.gradient, want.gradient)
			}
		}
	}
}

// TestBatchTermCountsOnce holds that the mean over a batch has the batch-level term once, with its weight.
func TestBatchTermCountsOnce(t *testing.T) {
	b := batch{logits: []float64{2, 0, 1, 0, 3, 0, 1, 0, 0, -1, 0, 2}, labels: []int64{0, 2, 0, 2}, classes: 3}
	mean := func(m Member) float64 {
		total := 0.0
		for _, v := range compute(t, torch.Float64, b, m).values {
			total += v / float64(len(b.labels))
		}
		return total
	}
	base := mean(Member{Name: "cross_entropy"})
	near(t, "term", []float64{mean(Member{"mmce", []float64{2, 0}}) - base, mean(Member{"mdca", []float64{3, 0}}) - base},
		[]float64{2 * plainMMCE(b), 3 * plainMDCA(b)}, 1e-14)
}
