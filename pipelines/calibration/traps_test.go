package calibration_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"experiment/pipelines/calibration"
)

func fromProbabilities(t *testing.T, q []float64, labels []int, classes int) *calibration.Predictions {
	t.Helper()
	p, err := calibration.FromProbabilities(q, labels, classes)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func fromLogits(t *testing.T, z []float64, labels []int, classes int) *calibration.Predictions {
	t.Helper()
	p, err := calibration.FromLogits(z, labels, classes)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestConfidenceOfOneIsInTheLastBin(t *testing.T) {
	p := fromProbabilities(t, []float64{1, 0, 1, 0}, []int{0, 1}, 2)
	bins := p.Reliability(15)
	if last := bins[14]; len(bins) != 15 || last.Count != 2 || last.Confidence != 1 || last.Accuracy != .5 {
		t.Errorf("last of %d bins is %+v", len(bins), last)
	}
	if got := p.ECE(15); got != .5 {
		t.Errorf("ece is %v, want .5", got)
	}
}

func TestProbabilityOfZeroIsInTheFirstBin(t *testing.T) {
	// Class 2 is never expected and always right: an error of 1 that a bin open at 0 would lose.
	p := fromProbabilities(t, []float64{1, 0, 0, 1, 0, 0}, []int{2, 2}, 3)
	if got, want := p.ClasswiseECE(15), (1.0+0+1)/3; got != want {
		t.Errorf("classwise_ece is %v, want %v", got, want)
	}
}

func TestEveryEdgeBelongsToTheBinBelowIt(t *testing.T) {
	for bins := 1; bins <= 400; bins++ {
		for b := 1; b <= bins; b++ {
			edge := float64(b) / float64(bins)
			if edge < .5 {
				continue
			}
			p := fromProbabilities(t, []float64{edge, 1 - edge}, []int{0}, 2)
			if p.Reliability(bins)[b-1].Count != 1 {
				t.Fatalf("%d/%d is not in bin %d", b, bins, b-1)
			}
			above := math.Nextafter(edge, 2)
			if b == bins || above > 1 {
				continue
			}
			p = fromProbabilities(t, []float64{above, 1 - above}, []int{0}, 2)
			if p.Reliability(bins)[b].Count != 1 {
				t.Fatalf("the number above %d/%d is not in bin %d", b, bins, b)
			}
		}
	}
}

func TestMoreBinsThanExamples(t *testing.T) {
	p := fromProbabilities(t, []float64{.7, .3, .4, .6}, []int{0, 0}, 2)
	metrics, err := p.Metrics(1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metrics {
		if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
			t.Errorf("%s is %v", m.Name, m.Value)
		}
	}
}

func TestTiesAreNotSplitByAUROC(t *testing.T) {
	// All confidences are equal, so they tell nothing, whatever the order of hits and misses.
	for _, labels := range [][]int{{0, 0, 1, 1}, {1, 1, 0, 0}, {0, 1, 1, 0}} {
		p := fromProbabilities(t, []float64{.8, .2, .8, .2, .8, .2, .8, .2}, labels, 2)
		if got := p.AUROC(); got != .5 {
			t.Errorf("labels %v: auroc is %v, want .5", labels, got)
		}
	}
}

func TestAURCKeepsTheOrderOfTies(t *testing.T) {
	p := fromProbabilities(t, []float64{.8, .2, .8, .2, .9, .1}, []int{0, 1, 0}, 2)
	if got, want := p.AURC(), (0+0+1.0/3)/3; got != want {
		t.Errorf("aurc is %v, want %v", got, want)
	}
}

func TestClassesAreNotGuessedFromTheLabels(t *testing.T) {
	p := fromLogits(t, []float64{0, 0, 0, 0, 0, 0, 0, 0}, []int{0, 0}, 4)
	if got, want := p.NLL(), math.Log(4); !near(got, want, 1e-15) {
		t.Errorf("nll is %v, want %v", got, want)
	}
	if got := p.ClasswiseECE(15); !near(got, (.75+3*.25)/4, 1e-15) {
		t.Errorf("classwise_ece is %v", got)
	}
}

func TestMillionRowsInDoublePrecision(t *testing.T) {
	if testing.Short() {
		t.Skip("a million rows")
	}
	// Confidence .9 and accuracy .7 throughout; sums in float32 would stop growing at 2^24·.9.
	const n = 1_000_000
	z, labels := make([]float32, 2*n), make([]int, n)
	for i := range labels {
		z[2*i] = float32(math.Log(9))
		if i%10 >= 7 {
			labels[i] = 1
		}
	}
	p, err := calibration.FromLogits(z, labels, 2)
	if err != nil {
		t.Fatal(err)
	}
	confidence := 1 / (1 + math.Exp(-float64(float32(math.Log(9)))))
	if got, want := p.ECE(15), confidence-.7; math.Abs(got-want) > 1e-10 {
		t.Errorf("ece is %v, want %v", got, want)
	}
}

func TestUndefinedAndInfiniteAreSaid(t *testing.T) {
	allRight := fromProbabilities(t, []float64{.9, .1, .2, .8}, []int{0, 1}, 2)
	if got := allRight.AUROC(); !math.IsNaN(got) {
		t.Errorf("auroc without misses is %v, want NaN", got)
	}
	certain := fromProbabilities(t, []float64{1, 0}, []int{1}, 2)
	if got := certain.NLL(); !math.IsInf(got, 1) {
		t.Errorf("nll of a certain miss is %v, want +Inf", got)
	}
}

func TestHugeLogitsAreExact(t *testing.T) {
	p := fromLogits(t, []float64{1e4, -1e4, 0, math.MaxFloat64, -math.MaxFloat64, 0}, []int{1, 0}, 3)
	if got := p.NLL(); got != 1e4 {
		t.Errorf("nll is %v, want 10000", got)
	}
	if got := p.MeanEntropy(); got != 0 {
		t.Errorf("mean_entropy is %v, want 0", got)
	}
	nearlySure := fromLogits(t, []float64{50, 0}, []int{0}, 2)
	if got, want := nearlySure.NLL(), math.Exp(-50); !near(got/want, 1, 1e-14) {
		t.Errorf("nll of a confident hit is %v, want %v", got, want)
	}
}

func TestImpossibleClassesAreAllowed(t *testing.T) {
	minus := math.Inf(-1)
	p := fromLogits(t, []float64{0, minus, 0, minus, 1, minus}, []int{0, 1}, 3)
	metrics, err := p.Metrics(15)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metrics {
		if math.IsInf(m.Value, 0) || math.IsNaN(m.Value) && m.Name != "auroc_misclassification" {
			t.Errorf("%s is %v", m.Name, m.Value)
		}
	}
	if got, want := p.MeanEntropy(), math.Ln2/2; !near(got, want, 1e-15) {
		t.Errorf("mean_entropy is %v, want %v", got, want)
	}
}

func TestErrorsNameTheRow(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		name          string
		probabilities bool
		values        []float64
		labels        []int
		classes       int
		want          string
	}{
		{"nan", false, []float64{0, 1, nan, 0}, []int{0, 1}, 2, "row 1: class 0: the logit is not a number"},
		{"inf", false, []float64{0, inf, 0, 0}, []int{0, 1}, 2, "row 0: class 1: the logit is +Inf"},
		{"all impossible", false, []float64{-inf, -inf}, []int{0}, 2, "row 0: class 0: every logit of the row is -Inf"},
		{"label above", false, []float64{0, 1, 0, 1}, []int{0, 2}, 2, "row 1: label 2 is outside 0 to 1"},
		{"label below", false, []float64{0, 1}, []int{-1}, 2, "row 0: label -1 is outside 0 to 1"},
		{"shape", false, []float64{0, 1, 2}, []int{0}, 2, "3 values do not fit 1 labels and 2 classes"},
		{"empty", false, nil, nil, 2, "there are no examples"},
		{"one column", true, []float64{.2, .7}, []int{0, 1}, 1, "1 classes: at least 2 are needed, a column for each"},
		{"logits for probabilities", true, []float64{2, -1}, []int{0}, 2, "row 0: class 0: 2 is not a probability"},
		{"nan probability", true, []float64{.5, .5, .5, nan}, []int{0, 0}, 2, "row 1: class 1: NaN is not a probability"},
		{"forgotten softmax", true, []float64{.5, .4, .5, .5}, []int{0, 0}, 2, "row 0: the probabilities sum to 0.9, not 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			read, prefix := calibration.FromLogits[float64, int], "reading logits: "
			if test.probabilities {
				read, prefix = calibration.FromProbabilities[float64, int], "reading probabilities: "
			}
			if _, err := read(test.values, test.labels, test.classes); err == nil || err.Error() != prefix+test.want {
				t.Errorf("error is %v, want %s%s", err, prefix, test.want)
			}
		})
	}
}

func TestBinsOutOfRange(t *testing.T) {
	p := fromLogits(t, []float64{0, 1}, []int{0}, 2)
	for _, bins := range []int{0, -1, calibration.MaxBins + 1} {
		if _, err := p.Metrics(bins); err == nil || !strings.Contains(err.Error(), "the number must be from 1 to") {
			t.Errorf("%d bins: error is %v", bins, err)
		}
	}
}

// A softmax in float32 over many classes does not sum to 1 exactly, and must pass.
func TestSinglePrecisionProbabilitiesAreAccepted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const classes = 20_000
	q, sum := make([]float32, classes), float32(0)
	for i := range q {
		q[i] = random.Float32()
		sum += q[i]
	}
	for i := range q {
		q[i] /= sum
	}
	if _, err := calibration.FromProbabilities(q, []int64{3}, classes); err != nil {
		t.Error(err)
	}
	if _, err := calibration.FromProbabilities([]float32{1 + 1e-6, 0}, []uint8{0}, 2); err != nil {
		t.Error(err)
	}
}
