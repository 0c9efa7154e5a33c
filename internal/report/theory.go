package report

import (
	"cmp"
	"math"
	"slices"

	"experiment/internal/run"
)

// theoryPipeline is the pipeline whose runs compute what the theory says of the losses: no training, and one
// exact number a metric.
const theoryPipeline = "bound"

func isTheory(r *run.Record) bool { return r.Config.Pipeline() == theoryPipeline }

// point is a finished run of the theory.
type point struct {
	*run.Record
	classes        int64
	truth          float64 // sharpness t of p
	sharpness      float64 // s of q
	gamma, epsilon float64
}

// theoryPoints returns the finished runs of the theory, each once, by K, γ, ε, t, s and seed.
func theoryPoints(records []run.Record) []point {
	var points []point
	seen := map[run.Key]bool{}
	for i := range records {
		r := &records[i]
		if !isTheory(r) || r.Status != run.Finished || seen[r.Key] {
			continue
		}
		seen[r.Key] = true
		points = append(points, point{
			Record: r, classes: r.Config.Int("data.classes"), truth: r.Config.Float("data.sharpness"),
			sharpness: r.Config.Float("model.sharpness"), gamma: r.Config.Float("loss.gamma"), epsilon: r.Config.Float("loss.epsilon"),
		})
	}
	slices.SortStableFunc(points, func(a, b point) int {
		return cmp.Or(cmp.Compare(a.classes, b.classes), cmp.Compare(a.gamma, b.gamma), cmp.Compare(a.epsilon, b.epsilon),
			cmp.Compare(a.truth, b.truth), cmp.Compare(a.sharpness, b.sharpness), cmp.Compare(a.Config.Seed(), b.Config.Seed()))
	})
	return points
}

// value returns a metric of a point, NaN where it lacks it.
func (p point) value(name string) float64 {
	if v, ok := p.Attempt.Result.Value(run.Test, run.Uncalibrated, name); ok {
		return v
	}
	return math.NaN()
}

// smoothingError is how far label smoothing is from its decomposition.
func (p point) smoothingError() float64 {
	return math.Abs(p.value("label_smoothing") - (p.epsilon*p.value("cross_entropy_uniform") + (1-p.epsilon)*p.value("cross_entropy_true")))
}

// divergenceError is how far KL(p‖q) is from CE(p‖q) - H[p].
func (p point) divergenceError() float64 {
	return math.Abs(p.value("kl_divergence") - (p.value("cross_entropy_true") - p.value("entropy_true")))
}

// selected returns the points that fit.
func selected(points []point, fits func(point) bool) []point {
	return slices.DeleteFunc(slices.Clone(points), func(p point) bool { return !fits(p) })
}

// lowest returns the point at which a number is least, the first of equals; there must be one.
func lowest(points []point, of func(point) float64) point {
	return slices.MinFunc(points, func(a, b point) int { return cmp.Compare(of(a), of(b)) })
}

// extremes returns the least and the greatest of a number over points, of which there must be one.
func extremes(points []point, of func(point) float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		low, high = min(low, of(p)), max(high, of(p))
	}
	return low, high
}

// least returns the least value of a metric.
func least(points []point, of func(point) float64) float64 {
	low, _ := extremes(points, of)
	return low
}

// distinct returns the values of a setting, each once, in order.
func distinct[T cmp.Ordered](points []point, of func(point) T) []T {
	var values []T
	for _, p := range points {
		values = append(values, of(p))
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// commonest returns the value of a setting that most points have, the least of equals; there must be one.
func commonest(points []point, of func(point) float64) float64 {
	counts := map[float64]int{}
	for _, p := range points {
		counts[of(p)]++
	}
	return slices.MaxFunc(sortedKeys(counts), func(a, b float64) int {
		return cmp.Or(cmp.Compare(counts[a], counts[b]), cmp.Compare(b, a))
	})
}

func classesOf(p point) int64     { return p.classes }
func gammaOf(p point) float64     { return p.gamma }
func epsilonOf(p point) float64   { return p.epsilon }
func truthOf(p point) float64     { return p.truth }
func sharpnessOf(p point) float64 { return p.sharpness }

// metricOf returns what reads a metric.
func metricOf(name string) func(point) float64 {
	return func(p point) float64 { return p.value(name) }
}
