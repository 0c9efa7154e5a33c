package loss

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"experiment/internal/torch"
)

// table is Rows in memory.
type table struct {
	values  []float64
	columns int
}

func (m table) Row(i int, row []float64) { copy(row, m.values[i*m.columns:(i+1)*m.columns]) }

func sampleOf(b batch) Sample {
	return Sample{N: len(b.labels), C: b.classes, Logits: table{b.logits, b.classes}, Labels: b.labels}
}

// manyExamples has logits of a spread that makes some predictions right and some wrong.
func manyExamples(n, classes int) batch {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	b := batch{classes: classes}
	for range n {
		for range classes {
			b.logits = append(b.logits, 3*random.NormFloat64())
		}
		b.labels = append(b.labels, random.Int64N(int64(classes)))
	}
	return b
}

func meanOf(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

func mean(t *testing.T, s Sample, m Member, size int) float64 {
	t.Helper()
	v, err := Mean(s, m, size)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestMeanIsOfThePublishedLosses compares with the losses of testdata, all of them one batch.
func TestMeanIsOfThePublishedLosses(t *testing.T) {
	r := readReference(t)
	b := batch{flat(r.Logits), r.Labels, len(r.Logits[0])}
	for _, c := range r.Cases {
		member, ok := c.member(t)
		if !ok {
			continue
		}
		near(t, c.Loss, []float64{mean(t, sampleOf(b), member, len(b.labels))}, []float64{meanOf(c.PerExample)}, 1e-10)
	}
}

// TestMeanOfManyExamples: the parts that a mean is computed in do not show.
func TestMeanOfManyExamples(t *testing.T) {
	b := manyExamples(2*chunk/10+77, 10)
	for _, name := range Names() {
		m := usual(name)
		size := len(b.labels)
		if OfBatch(name) {
			size = 128
		}
		want := 0.0
		for start := 0; start < len(b.labels); start += size {
			end := min(start+size, len(b.labels))
			part := batch{b.logits[start*10 : end*10], b.labels[start:end], 10}
			for _, v := range compute(t, torch.Float64, part, m).values {
				want += v / float64(len(b.labels))
			}
		}
		near(t, name, []float64{mean(t, sampleOf(b), m, 128)}, []float64{want}, 1e-12)
	}
}

// TestOfBatch: only the losses that say so make an example depend on its batch.
func TestOfBatch(t *testing.T) {
	b := manyExamples(64, 5)
	for _, name := range Names() {
		together, apart := mean(t, sampleOf(b), usual(name), 64), mean(t, sampleOf(b), usual(name), 8)
		if (together != apart) != OfBatch(name) {
			t.Errorf("%s: in one batch %v, in eight %v", name, together, apart)
		}
	}
}

// TestMeanOverAPosterior is Σ_k p_k·loss(k).
func TestMeanOverAPosterior(t *testing.T) {
	b := manyExamples(40, 3)
	posterior := table{columns: 3}
	for i := range b.labels {
		p := float64(i) / 40
		posterior.values = append(posterior.values, p*p, 0, 1-p*p)
	}
	soft := sampleOf(b)
	soft.Labels, soft.Posterior = nil, posterior
	for _, name := range Names() {
		if OfBatch(name) {
			if _, err := Mean(soft, usual(name), 8); err == nil || !strings.Contains(err.Error(), "value of a batch") {
				t.Errorf("%s over a posterior: %v", name, err)
			}
			continue
		}
		want := 0.0
		for k := range int64(3) {
			labelled := batch{b.logits, slices.Repeat([]int64{k}, 40), 3}
			for i, v := range compute(t, torch.Float64, labelled, usual(name)).values {
				want += posterior.values[i*3+int(k)] * v / 40
			}
		}
		near(t, name, []float64{mean(t, soft, usual(name), 8)}, []float64{want}, 1e-12)
	}
}

// TestMeanWithImpossibleClasses: a logit of -Inf is the limit of ever smaller ones.
func TestMeanWithImpossibleClasses(t *testing.T) {
	inf := math.Inf(1)
	right := batch{[]float64{2, 1, -inf, 0, 0, -inf}, []int64{0, 1}, 3} // the impossible class is no label
	wrong := batch{[]float64{2, 1, -inf, 0, 0, 0}, []int64{2, 1}, 3}
	sure := batch{[]float64{0, -inf, -inf}, []int64{0}, 3}
	l := []float64{math.Log1p(math.Exp(-1)), math.Log(2)}
	q := math.Exp(-l[0])
	for _, c := range []struct {
		name   string
		values []float64
		b      batch
		want   float64
	}{
		{"cross_entropy", nil, right, (l[0] + l[1]) / 2},
		{"cross_entropy", nil, wrong, inf},
		{"cross_entropy", nil, sure, 0},
		{"label_smoothing", []float64{0.1}, right, inf},
		{"label_smoothing", []float64{0}, right, (l[0] + l[1]) / 2},
		{"focal", []float64{2, 0}, right, ((1-q)*(1-q)*l[0] + l[1]/4) / 2},
		{"focal", []float64{2, 0.1}, right, inf},
		{"focal", []float64{2, 0}, sure, 0},
		{"entropy_regularised", []float64{1}, sure, 0},
		{"entropy_regularised", []float64{1}, wrong, inf},
		{"poly1", []float64{-1}, wrong, inf},
		{"brier", nil, wrong, (q*q + (1-q)*(1-q) + 1 + 2./3) / 2},
		{"margin_label_smoothing", []float64{10, 0.1}, right, inf},
		{"margin_label_smoothing", []float64{10, 0}, right, (l[0] + l[1]) / 2},
		{"mmce", []float64{0, 0}, wrong, inf},
		{"mdca", []float64{3, 0}, sure, 0},
	} {
		got := mean(t, sampleOf(c.b), Member{c.name, c.values}, 128)
		if got != c.want && !(math.Abs(got-c.want) < 1e-12) {
			t.Errorf("%s %v: %v, want %v", c.name, c.values, got, c.want)
		}
	}
	if got := mean(t, sampleOf(right), Member{"logit_norm", []float64{1}}, 1); !math.IsNaN(got) {
		t.Errorf("logits without a norm give %v", got)
	}
}

func TestMeanRefusesWhatIsNoLoss(t *testing.T) {
	for _, m := range []Member{{Name: "hinge"}, {"focal", []float64{-1, 0}}, {"focal", nil}} {
		if v, err := Mean(sampleOf(manyExamples(3, 2)), m, 128); err == nil || !strings.Contains(err.Error(), m.Name) {
			t.Errorf("%v: %v, %v", m, v, err)
		}
	}
}

func BenchmarkMean(b *testing.B) {
	data := manyExamples(100_000, 10)
	for _, name := range []string{"cross_entropy", "focal", "mmce"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Mean(sampleOf(data), usual(name), 128); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
