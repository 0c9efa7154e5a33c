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

// foldErrors returns the calibration errors of these names without each fold in turn. The MCE, which depends on few
// examples, is not among them.
func (p *Predictions) foldErrors(bins int, names []string) map[string][]float64 {
	folds, errs := min(p.Len(), mostFolds), map[string][]float64{}
	of := p.errorsOfRest(bins, folds, names)
	if folds < 2 || len(of) == 0 {
		return nil
	}
	p.byConfidence()
	for name := range of {
		errs[name] = make([]float64, folds)
	}
	inParallel(folds, func(fold int) {
		rest := p.withoutFold(fold, folds)
		for name, err := range of {
			errs[name][fold] = err(rest, fold)
		}
	})
	return errs
}

// errorsOfRest returns how the errors of these names come of what a fold leaves. The smooth ECE is that of a kernel of
// fixed width, with which it changes in proportion. What is left has no labels, so the probability of a hit counts as its
// frequency, as in the true calibration error.
func (p *Predictions) errorsOfRest(bins, folds int, names []string) map[string]func(rest *Predictions, fold int) float64 {
	of := map[string]func(*Predictions, int) float64{}
	for _, name := range names {
		switch name {
		case "ece", "true_calibration_error":
			of[name] = func(rest *Predictions, _ int) float64 { return rest.ECE(bins) }
		case "adaptive_ece":
			of[name] = func(rest *Predictions, _ int) float64 { return rest.AdaptiveECE(bins) }
		case "debiased_rmsce":
			of[name] = func(rest *Predictions, _ int) float64 { return debiasedGap(rest.equalMass(bins)) }
		case "smooth_ece":
			kernel, steps := p.kernel()
			of[name] = func(rest *Predictions, _ int) float64 {
				return newSmoother(rest.confidence, rest.hit, steps).errorAt(kernel)
			}
		case "classwise_ece":
			total := p.allClassGroups(bins)
			of[name] = func(_ *Predictions, fold int) float64 { return p.classwiseWithout(fold, folds, total, bins) }
		}
	}
	return of
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
