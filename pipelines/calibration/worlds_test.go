package calibration

import (
	"math"
	"math/rand/v2"
	"slices"
)

const coverageClasses = 10

// world is a distribution of examples and of what two models say of them.
type world struct {
	name    string
	classes int
	n       int // the number of examples of a sample
	example func(random *rand.Rand) (logits, other, posterior []float64)
}

// binaryWorlds are worlds of two classes, by the confidence of the first model, between two bounds, and how often it is
// right then. They are cheap, and many are very accurate or of few examples.
func binaryWorlds() []world {
	calibrated := func(f float64) float64 { return f }
	misses := func(times float64) func(float64) float64 { return func(f float64) float64 { return 1 - times*(1-f) } }
	var all []world
	for _, w := range []struct {
		name      string
		n         int
		low, high float64
		accuracy  func(confidence float64) float64
	}{
		{"calibrated", 200, .5, 1, calibrated},
		{"calibrated at .999", 1000, .999, .999, calibrated},
		{"calibrated above .99", 500, .99, 1, calibrated},
		{"calibrated above .98", 200, .98, 1, calibrated},
		{"calibrated above .95", 100, .95, 1, calibrated},
		{"calibrated at .95, 20 examples", 20, .95, .95, calibrated},
		{"calibrated, 5 examples", 5, .5, 1, calibrated},
		{"calibrated, 1 example", 1, .9, 1, calibrated},
		{"three times the misses at .999", 300, .999, .999, misses(3)},
		{"three times the misses above .98", 200, .98, 1, misses(3)},
		{"a third of the misses above .9", 200, .9, 1, misses(1. / 3)},
		{"over-confident, 20 examples", 20, .8, 1, misses(2)},
		{"over-confident", 300, .5, 1, func(f float64) float64 { return .5 + .6*(f-.5) }},
		{"both ways above .97", 300, .97, 1, func(f float64) float64 {
			if f < .985 {
				return .995
			}
			return .98
		}},
		{"both ways", 300, .5, 1, func(f float64) float64 { return .75 + .8*(f-.75)*math.Abs(f-.75)*4 }},
	} {
		all = append(all, world{w.name, 2, w.n, func(random *rand.Rand) (logits, other, posterior []float64) {
			f := w.low + (w.high-w.low)*random.Float64()
			logit, accuracy := math.Log(f/(1-f)), w.accuracy(f)
			logits, other, posterior = []float64{logit, 0}, []float64{1.3 * logit, 0}, []float64{accuracy, 1 - accuracy}
			if random.IntN(2) == 1 {
				slices.Reverse(logits)
				slices.Reverse(other)
				slices.Reverse(posterior)
			}
			return logits, other, posterior
		}})
	}
	return all
}

func scaledBy(scale float64) func([]float64) float64 { return func([]float64) float64 { return scale } }

// confidenceIn returns the largest probability of a row of logits.
func confidenceIn(logits []float64) float64 {
	q, l := make([]float64, len(logits)), slices.Clone(logits)
	top := argmax(l)
	softmax(q, l, top)
	return q[top]
}

// halfWrong is calibrated but between confidences of .4 and .75, where it is far over-confident.
func halfWrong(logits []float64) float64 {
	if f := confidenceIn(logits); .4 < f && f < .75 {
		return .4
	}
	return 1
}

// bothWays is under-confident where it is unsure and over-confident where it is sure.
func bothWays(logits []float64) float64 {
	if confidenceIn(logits) < .6 {
		return 1 / .7
	}
	return 1 / 1.8
}

// worlds are worlds of 10 classes, whose posterior is softmax(scale·logits).
func worlds() []world {
	var all []world
	for _, sharp := range []bool{false, true} {
		name := map[bool]string{false: "hard", true: "easy"}[sharp]
		for _, w := range []struct {
			name  string
			scale func(logits []float64) float64
			other float64 // the second model's logits are this multiple of the first's
		}{
			{"calibrated", scaledBy(1), 1.5},
			{"slightly over-confident", scaledBy(1 / 1.2), 1.2},
			{"over-confident", scaledBy(1 / 1.5), .8},
			{"far over-confident", scaledBy(1 / 2.5), 1.1},
			{"under-confident", scaledBy(1 / .7), 2},
			{"half wrong", halfWrong, 1.4},
			{"both ways", bothWays, 1.3},
		} {
			all = append(all, world{name + ", " + w.name, coverageClasses, 500, func(random *rand.Rand) (z, other, p []float64) {
				z = make([]float64, coverageClasses)
				for k := range z {
					z[k] = 2 * random.NormFloat64()
				}
				if sharp { // most examples are easy
					z[random.IntN(len(z))] += 6
				}
				scaled, scale := slices.Clone(z), w.scale(z)
				for k := range z {
					other = append(other, w.other*z[k])
					scaled[k] *= scale
				}
				p = make([]float64, len(z))
				softmax(p, scaled, argmax(scaled))
				return z, other, p
			}})
		}
	}
	return all
}

// rowsOf is Rows in memory.
type rowsOf [][]float64

func (r rowsOf) Row(i int, row []float64) { copy(row, r[i]) }

// draw draws n examples: the logits of both models, the posterior and a label.
func (w world) draw(n int, random *rand.Rand) (first, second, posterior rowsOf, labels []int) {
	for range n {
		z, other, p := w.example(random)
		first, second, posterior = append(first, z), append(second, other), append(posterior, p)
		labels = append(labels, drawLabel(p, 0, random))
	}
	return first, second, posterior, labels
}
