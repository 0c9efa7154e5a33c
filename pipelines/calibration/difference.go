package calibration

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// difference returns the interval of the difference of two errors from the interval of each and their correlation
// (MOVER, Zou and Donner 2008). Where one may be 0, the interval also holds what that would leave: so near
// to its bound an error is not symmetric about its middle.
func difference(a, b bounds, correlation float64) bounds {
	distance := func(x, y float64) float64 { return math.Sqrt(max(x*x+y*y-2*correlation*x*y, 0)) }
	d := a.middle - b.middle
	ends := bounds{
		lower:  d - distance(a.middle-a.lower, b.upper-b.middle),
		middle: d,
		upper:  d + distance(a.upper-a.middle, b.middle-b.lower),
	}
	if a.lower == 0 {
		ends.lower = min(ends.lower, -b.upper)
	}
	if b.lower == 0 {
		ends.upper = max(ends.upper, a.upper)
	}
	return ends
}

// correlation returns the correlation of two metrics over folds, 0 where it is not known.
func correlation(a, b []float64) float64 {
	if len(a) < 2 {
		return 0
	}
	if r := stat.Correlation(a, b, nil); isFinite(r) {
		return r
	}
	return 0
}

// foldErrors returns the calibration errors without each fold in turn. The smooth ECE is that of a kernel of fixed width,
// with which it changes in proportion. The MCE, which depends on few examples, is not among them.
func (p *Predictions) foldErrors(bins int) map[string][]float64 {
	p.byConfidence()
	folds := min(p.Len(), mostFolds)
	if folds < 2 {
		return nil
	}
	total := p.allClassGroups(bins)
	kernel, steps := p.kernel()
	ece, adaptive, rmsce := make([]float64, folds), make([]float64, folds), make([]float64, folds)
	smooth, classwise := make([]float64, folds), make([]float64, folds)
	inParallel(folds, func(fold int) {
		rest := p.withoutFold(fold, folds)
		byMass := rest.equalMass(bins)
		ece[fold], adaptive[fold], rmsce[fold] = rest.ECE(bins), expectedGap(byMass), debiasedGap(byMass)
		smooth[fold] = newSmoother(rest.confidence, rest.hit, steps).errorAt(kernel)
		classwise[fold] = p.classwiseWithout(fold, folds, total, bins)
	})
	return map[string][]float64{
		"ece": ece, "adaptive_ece": adaptive, "classwise_ece": classwise, "debiased_rmsce": rmsce, "smooth_ece": smooth,
	}
}

// withoutFold returns the confidences and hits of the examples outside a fold, to which every so many belong. It has no
// labels.
func (p *Predictions) withoutFold(fold, folds int) *Predictions {
	rest := &Predictions{classes: p.classes}
	index := make([]int32, p.Len()) // among the rest
	for i := range p.confidence {
		index[i] = int32(len(rest.confidence))
		if i%folds != fold {
			rest.confidence = append(rest.confidence, p.confidence[i])
			rest.hit = append(rest.hit, p.hit[i])
		}
	}
	order := make([]int32, 0, len(rest.confidence))
	for _, i := range p.byConfidence() {
		if int(i)%folds != fold {
			order = append(order, index[i])
		}
	}
	rest.byConfidence = func() []int32 { return order }
	return rest
}

// classwiseWithout returns the class-wise ECE without a fold, given the groups of all examples.
func (p *Predictions) classwiseWithout(fold, folds int, total []group, bins int) float64 {
	groups := slices.Clone(total)
	q, logarithm, posterior := make([]float64, p.classes), make([]float64, p.classes), make([]float64, p.classes)
	for i := fold; i < p.Len(); i += folds {
		p.distribution(i, q, logarithm)
		p.posterior(i, posterior)
		for k, v := range q {
			g := &groups[k*bins+binOf(v, bins)]
			g.count--
			g.forecast -= v
			g.observed -= posterior[k]
		}
	}
	sum := 0.0
	for k := range p.classes {
		sum += expectedGap(groups[k*bins : (k+1)*bins])
	}
	return sum / float64(p.classes)
}
