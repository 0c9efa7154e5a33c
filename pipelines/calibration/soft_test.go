package calibration_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/calibration"
)

// table is Rows in memory.
type table struct {
	values  []float64
	columns int
}

func (t table) Row(i int, row []float64) { copy(row, t.values[i*t.columns:]) }

func fromSoft(t fataler, z, posterior []float64, classes int) *calibration.Predictions {
	t.Helper()
	n := len(z) / classes
	p, err := calibration.FromLogitRows(table{z, classes}, calibration.SoftLabels(n, table{posterior, classes}), classes)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

type fataler interface {
	Helper()
	Fatal(...any)
}

// drawPosterior draws a distribution for each example of a sample, some of them certain.
func drawPosterior(t *rapid.T, s sample) []float64 {
	posterior := make([]float64, s.n*s.classes)
	for i := range s.n {
		row := posterior[i*s.classes : (i+1)*s.classes]
		row[s.labels[i]] = 1
		if rapid.Bool().Draw(t, "certain") {
			continue
		}
		sum := 0.0
		for k := range row {
			row[k] = rapid.Float64Range(0, 1).Draw(t, "weight") + 1e-3
			sum += row[k]
		}
		for k := range row {
			row[k] /= sum
		}
	}
	return posterior
}

// linear names the metrics that are means over examples.
var linear = []string{"accuracy", "error", "nll", "brier", "mean_confidence", "mean_entropy", "overconfidence", "aurc", "ece_noise_floor"}

// exact names the other metrics whose expectation is not simulated.
var exact = []string{"ece", "adaptive_ece", "classwise_ece"}

// TestCertainSoftLabelsAreHardLabels gives a distribution that is 1 at the label.
func TestCertainSoftLabelsAreHardLabels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		posterior := make([]float64, len(s.logits))
		for i, y := range s.labels {
			posterior[i*s.classes+y] = 1
		}
		b := bins.Draw(t, "bins")
		hard, soft := values(t, s.predictions(t), b), values(t, fromSoft(t, s.logits, posterior, s.classes), b)
		for name, want := range hard {
			if !near(soft[name], want, 1e-12) {
				t.Errorf("%s is %v, and %v with soft labels that are certain", name, want, soft[name])
			}
		}
		if soft["entropy_true"] != 0 || !near(soft["cross_entropy_true"], soft["nll"], 1e-12) || !near(soft["true_calibration_error"], soft["ece"], 1e-12) {
			t.Errorf("against the posterior: %v", soft)
		}
	})
}

// TestSoftLabelsGiveTheExpectation sums every metric over all labels, each with its probability.
func TestSoftLabelsGiveTheExpectation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sample{n: rapid.IntRange(1, 5).Draw(t, "n"), classes: rapid.IntRange(2, 3).Draw(t, "classes")}
		s.logits = rapid.SliceOfN(rapid.Float64Range(-3, 3), s.n*s.classes, s.n*s.classes).Draw(t, "logits")
		s.labels = make([]int, s.n)
		posterior, b := drawPosterior(t, s), rapid.IntRange(1, 4).Draw(t, "bins")
		names, want := slices.Concat(linear, exact), map[string]float64{}
		var over func(i int, chance float64)
		over = func(i int, chance float64) {
			if chance == 0 {
				return
			}
			if i == s.n {
				metrics, err := s.predictions(t).Metrics(b, names...)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range metrics {
					want[m.Name] += chance * m.Value
				}
				return
			}
			for k := range s.classes {
				s.labels[i] = k
				over(i+1, chance*posterior[i*s.classes+k])
			}
		}
		over(0, 1)
		got, err := fromSoft(t, s.logits, posterior, s.classes).Metrics(b, names...)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range got {
			if !near(m.Value, want[m.Name], 1e-12) {
				t.Errorf("%s is %v, want %v", m.Name, m.Value, want[m.Name])
			}
		}
	})
}

// TestSimulatedExpectation sums the metrics that are simulated over all 256 hits and misses of eight examples.
func TestSimulatedExpectation(t *testing.T) {
	confidence := []float64{.55, .6, .65, .7, .8, .85, .9, .95}
	chance := []float64{.5, .7, .4, .9, .6, .8, .85, .99}
	names := []string{"mce", "debiased_rmsce", "smooth_ece", "auroc_misclassification"}
	n := len(confidence)
	z, posterior := make([]float64, 2*n), make([]float64, 2*n)
	for i, c := range confidence {
		z[2*i], posterior[2*i], posterior[2*i+1] = math.Log(c/(1-c)), chance[i], 1-chance[i]
	}
	want, weight := map[string]float64{}, map[string]float64{}
	for hits := range 1 << n {
		labels, probability := make([]int, n), 1.0
		for i := range labels {
			labels[i] = hits >> i & 1
			probability *= posterior[2*i+labels[i]]
		}
		metrics, err := fromLogits(t, z, labels, 2).Metrics(4, names...)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range metrics {
			if !math.IsNaN(m.Value) {
				want[m.Name] += probability * m.Value
				weight[m.Name] += probability
			}
		}
	}
	got, err := fromSoft(t, z, posterior, 2).Metrics(4, names...)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range got {
		const tolerance = .04 // four standard errors of 1,000 draws that deviate by .3
		if expected := want[m.Name] / weight[m.Name]; math.Abs(m.Value-expected) > tolerance {
			t.Errorf("%s is %v by simulation, want %v within %v", m.Name, m.Value, expected, tolerance)
		}
	}
}

// TestExpectedECEOfManyExamples has so many examples in a bin that their hits count as normal, and so few.
func TestExpectedECEOfManyExamples(t *testing.T) {
	const q = .8
	logit := math.Log(q / (1 - q))
	for _, n := range []int{100, 3000, 4008, 11_200, 20_000, 1_000_000} {
		for _, hit := range []float64{.5, .79, .8, .803, .9, .97} {
			z, posterior := make([]float64, 2*n), make([]float64, 2*n)
			for i := range n {
				z[2*i], posterior[2*i], posterior[2*i+1] = logit, hit, 1-hit
			}
			got, want := fromSoft(t, z, posterior, 2).ECE(15), binomialDeviation(n, hit, q)
			variance := float64(n) * hit * (1 - hit)
			tolerance, noise := 1e-11, math.Sqrt(variance)/float64(n)
			if variance > 1000 {
				tolerance = 1e-6 * noise
			}
			if math.Abs(got-want) > tolerance {
				t.Errorf("n = %d, hits %v: the ece is %v, want %v; chance contributes %.1e", n, hit, got, want, noise)
			}
		}
	}
}

// binomialDeviation returns E|X/n - q| of a binomial X, whose probabilities follow each other from the likeliest on.
func binomialDeviation(n int, p, q float64) float64 {
	mode, odds := int(float64(n)*p), p/(1-p)
	total, sum := 0.0, 0.0
	add := func(k int, weight float64) {
		total += weight
		sum += weight * math.Abs(float64(k)/float64(n)-q)
	}
	weight := 1.0
	for k := mode; k <= n; k++ {
		add(k, weight)
		weight *= float64(n-k) / float64(k+1) * odds
	}
	weight = 1
	for k := mode; k > 0; k-- {
		weight *= float64(k) / float64(n-k+1) / odds
		add(k-1, weight)
	}
	return sum / total
}

// TestSoftLabelsFitAsCopiesOfHardOnes repeats every example ten times, its labels in proportion.
func TestSoftLabelsFitAsCopiesOfHardOnes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const n, classes, copies = 200, 3, 10
	var z, posterior, repeated []float64
	var labels []int
	for range n {
		row, votes := make([]float64, classes), make([]float64, classes)
		for k := range row {
			row[k] = 3 * random.NormFloat64()
		}
		for range copies {
			y := random.IntN(classes)
			votes[y] += 1.0 / copies
			labels, repeated = append(labels, y), append(repeated, row...)
		}
		z, posterior = append(z, row...), append(posterior, votes...)
	}
	soft, hard := fromSoft(t, z, posterior, classes), fromLogits(t, repeated, labels, classes)
	a, err := soft.FitTemperature()
	if err != nil {
		t.Fatal(err)
	}
	b, err := hard.FitTemperature()
	if err != nil {
		t.Fatal(err)
	}
	if !near(a.Temperature, b.Temperature, 1e-10) || !near(a.NLL, b.NLL, 1e-12) {
		t.Errorf("fitted %+v on soft labels and %+v on the hard ones they stand for", a, b)
	}
	v, err := soft.FitVector()
	if err != nil {
		t.Fatal(err)
	}
	w, err := hard.FitVector()
	if err != nil {
		t.Fatal(err)
	}
	for k := range classes {
		if !near(v.Weights[k], w.Weights[k], 1e-6) || !near(v.Biases[k], w.Biases[k], 1e-6) {
			t.Errorf("vector scaling is %+v on soft labels and %+v on the hard ones they stand for", v, w)
			break
		}
	}
}

func TestSoftLabelsThatAreNoDistributionAreRefused(t *testing.T) {
	z := table{[]float64{1, 0, 0, 1}, 2}
	_, err := calibration.FromLogitRows(z, calibration.SoftLabels(2, table{[]float64{.5, .5, 3, 7}, 2}), 2)
	if err == nil || !strings.Contains(err.Error(), "row 1: labels: class 0: 3 is not a probability") {
		t.Errorf("error is %v", err)
	}
}

// TestSoftLabelsAreScaledToASumOfOne gives labels in few digits: KL(p‖q) is CE(p‖q) - H[p] all the same.
func TestSoftLabelsAreScaledToASumOfOne(t *testing.T) {
	metrics, err := fromSoft(t, []float64{0, 0, 0, 1}, []float64{.4996, .4996, .3004, .7}, 2).Metrics(15)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]float64{}
	for _, metric := range metrics {
		m[metric.Name] = metric.Value
	}
	if !near(m["kl_divergence"], m["cross_entropy_true"]-m["entropy_true"], 1e-15) || !near(m["nll"], m["cross_entropy_true"], 1e-15) {
		t.Errorf("kl %v, ce %v, h %v, nll %v", m["kl_divergence"], m["cross_entropy_true"], m["entropy_true"], m["nll"])
	}
}

func TestMetricsByName(t *testing.T) {
	p := fromLogits(t, []float64{1, 0, 2, 0}, []int{0, 1}, 2)
	metrics, err := p.Metrics(15, "nll", "accuracy")
	if err != nil {
		t.Fatal(err)
	}
	if len(metrics) != 2 || metrics[0].Name != "accuracy" || metrics[1] != (calibration.Metric{Name: "nll", Value: p.NLL()}) {
		t.Errorf("metrics are %v", metrics)
	}
	if _, err := p.Metrics(15, "acuracy"); err == nil || !strings.Contains(err.Error(), `no metric "acuracy"`) {
		t.Errorf("error is %v", err)
	}
}

// TestCoresDoNotChangeTheBits measures enough rows for several chunks.
func TestCoresDoNotChangeTheBits(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const n, classes = 20_000, 4
	z, posterior := make([]float64, n*classes), make([]float64, n*classes)
	for i := range n {
		for k := range classes {
			z[i*classes+k], posterior[i*classes+k] = random.NormFloat64(), .25
		}
	}
	p := fromSoft(t, z, posterior, classes)
	measure := func() []calibration.Metric {
		metrics, err := p.Metrics(15, "nll", "ece", "classwise_ece", "mce")
		if err != nil {
			t.Fatal(err)
		}
		return metrics
	}
	first := measure()
	cores := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(cores)
	for i, m := range measure() {
		if m != first[i] {
			t.Errorf("%s is %v on one core and %v on all", m.Name, m.Value, first[i].Value)
		}
	}
}
