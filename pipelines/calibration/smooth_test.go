package calibration_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/calibration"
)

// directSmoothECE integrates the kernels of all examples at 4,000 midpoints, with images of each example
// mirrored at both ends, and bisects for the fixed point. It shares nothing with the package.
func directSmoothECE(confidence, hit []float64) float64 {
	const points = 4000
	at := func(width float64) float64 {
		sum := 0.0
		for j := range points {
			t, density := (float64(j)+.5)/points, 0.0
			for i, f := range confidence {
				kernel := 0.0
				for image := -3.0; image <= 3; image++ {
					a, b := (t-2*image-f)/width, (t-2*image+f)/width
					kernel += math.Exp(-a*a/2) + math.Exp(-b*b/2)
				}
				density += (hit[i] - f) * kernel
			}
			sum += math.Abs(density) / (math.Sqrt(2*math.Pi) * width * float64(len(confidence)))
		}
		return sum / points
	}
	low, high := 1e-3, 1.0
	for range 16 {
		if width := (low + high) / 2; at(width) > width {
			low = width
		} else {
			high = width
		}
	}
	return (low + high) / 2
}

// binary returns predictions of two classes with these confidences, of which class 0 is predicted.
func binary(t testing.TB, confidence, hit []float64) *calibration.Predictions {
	q, labels := make([]float64, 0, 2*len(hit)), make([]int, len(hit))
	for i, f := range confidence {
		q = append(q, f, 1-f)
		labels[i] = int(1 - hit[i])
	}
	p, err := calibration.FromProbabilities(q, labels, 2)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSmoothECEOfManyMatchesTheDefinition(t *testing.T) {
	if testing.Short() {
		t.Skip("integrating kernels directly is slow")
	}
	for seed := range uint64(3) {
		confidence, hit := calibrated(40, rand.New(rand.NewPCG(seed, 1)))
		got, want := binary(t, confidence, hit).SmoothECE(), directSmoothECE(confidence, hit)
		if math.Abs(got-want) > 1.2e-4 {
			t.Errorf("seed %d: smooth_ece is %v, want %v", seed, got, want)
		}
	}
}

// ternary returns predictions of three classes, the last two alike, for confidences that may be below a half.
func ternary(t *testing.T, confidence, hit []float64) *calibration.Predictions {
	t.Helper()
	q, labels := make([]float64, 0, 3*len(hit)), make([]int, len(hit))
	for i, f := range confidence {
		q = append(q, f, (1-f)/2, (1-f)/2)
		labels[i] = int(1 - hit[i])
	}
	return fromProbabilities(t, q, labels, 3)
}

// The reference values are those of the published package relplot, whose search for the width ends at about
// 1e-3. Its values of the three cases with a confidence of exactly 1 are not what the definition gives: in
// zeros_and_ones a single example is off, by 0.8 of 4, which is 0.2 at every width, and it says 0.3197.
// TestSmoothECEMatchesTheDefinition holds those.
func TestSmoothECEMatchesTheReference(t *testing.T) {
	compared := 0
	for _, r := range readReference(t) {
		if r.Name == "zeros_and_ones" || r.Name == "certain_and_wrong" || r.Name == "on_the_bin_edges" {
			continue
		}
		compared++
		if got := r.predictions(t).SmoothECE(); math.Abs(got-r.SmoothECE) > 2e-3 {
			t.Errorf("%s: smooth_ece is %v, want %v", r.Name, got, r.SmoothECE)
		}
	}
	if compared < 5 {
		t.Errorf("compared %d cases", compared)
	}
}

func TestSmoothECEMatchesTheDefinition(t *testing.T) {
	for _, test := range []struct {
		name            string
		confidence, hit []float64
	}{
		{"zeros_and_ones", []float64{1, 1, .8, 1}, []float64{1, 1, 0, 1}},
		{"certain_and_wrong", []float64{1, 1, .8, 1}, []float64{0, 1, 1, 1}},
		{"on_the_bin_edges", []float64{7. / 15, 8. / 15, .6, 2. / 3, 2. / 3, .75, .8, 14. / 15, 1},
			[]float64{1, 0, 1, 1, 0, 1, 0, 1, 1}},
		{"narrow", []float64{.9, .91, .92, .95, .99}, []float64{1, 1, 1, 1, 1}},
	} {
		got := ternary(t, test.confidence, test.hit).SmoothECE()
		if want := directSmoothECE(test.confidence, test.hit); math.Abs(got-want) > 1.2e-4 {
			t.Errorf("%s: smooth_ece is %v, want %v", test.name, got, want)
		}
	}
}

func TestSmoothECEByHand(t *testing.T) {
	for _, test := range []struct {
		name            string
		confidence, hit []float64
		want            float64
	}{
		{"certain and right", []float64{1, 1}, []float64{1, 1}, 0},
		{"certain and wrong", []float64{1, 1}, []float64{0, 0}, 1},
		{"errors of one sign keep their mass at any width", []float64{.9, .6, 1}, []float64{1, 1, 1}, .5 / 3},
		{"tied and calibrated", []float64{.75, .75, .75, .75}, []float64{1, 0, 1, 1}, 0},
		{"tiny errors", []float64{1 - 1e-6, 1 - 1e-6}, []float64{1, 1}, 1e-6},
	} {
		if got := binary(t, test.confidence, test.hit).SmoothECE(); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: smooth_ece is %v, want %v", test.name, got, test.want)
		}
	}
}

// |confidence - accuracy| <= smooth ECE <= mean |hit - confidence|, up to the tolerance.
func TestSmoothECEIsBetweenItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		confidence := rapid.SliceOfN(rapid.Float64Range(.5, 1), n, n).Draw(t, "confidence")
		right := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "right")
		q, labels, most := []float64{}, make([]int, n), 0.0
		for i, f := range confidence {
			q = append(q, f, 1-f)
			if right[i] {
				most += (1 - f) / float64(n)
			} else {
				labels[i] = 1
				most += f / float64(n)
			}
		}
		p, err := calibration.FromProbabilities(q, labels, 2)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.SmoothECE(); got < math.Abs(p.Overconfidence())-1e-4 || got > most+1e-4 {
			t.Errorf("smooth_ece %v is not between %v and %v", got, math.Abs(p.Overconfidence()), most)
		}
	})
}

// calibrated returns confidences of at least a half with hits drawn from them.
func calibrated(n int, random *rand.Rand) (confidence, hit []float64) {
	confidence, hit = make([]float64, n), make([]float64, n)
	for i := range confidence {
		confidence[i] = .5 + random.Float64()/2
		if random.Float64() < confidence[i] {
			hit[i] = 1
		}
	}
	return confidence, hit
}

func BenchmarkSmoothECEOfAMillion(b *testing.B) {
	confidence, hit := calibrated(1_000_000, rand.New(rand.NewPCG(1, 1)))
	p := binary(b, confidence, hit)
	for b.Loop() {
		p.SmoothECE()
	}
}
