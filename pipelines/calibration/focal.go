package calibration

import (
	"fmt"
	"math"
)

// FocalLoss is the mean focal loss of the labels, -(1-q_y)^γ·log q_y with q_y the probability of the label, in nats
// (Lin 2017, arXiv 1708.02002). It is +Inf where a label was given the probability 0, and for γ = 0 it is the NLL. It
// panics unless gamma is a finite number of at least 0.
func (p *Predictions) FocalLoss(gamma float64) float64 {
	checkGamma(gamma)
	return p.meanOfLabels(func(l float64) float64 {
		return -math.Exp(gammaTimes(gamma, logComplement(l))) * l
	})
}

// FocalBoundSlack is how far FocalLoss lies above its bound NLL - γ·H[q], H[q] being MeanEntropy, in nats: at least 0
// for every γ ≥ 0 and every label, because
//
//	(1 - (1-q)^γ)·(-log q) ≤ γ·log q·log(1-q) ≤ γ·h(q) ≤ γ·H[q],
//
// h being the entropy of (q, 1-q) (Topsøe 2001); on average over labels drawn from p it is CE_γ ≥ CE - γ·H[q]
// (Mukhoti 2020, arXiv 2002.09437, proves it for γ ≥ 1). It is summed as γ·H[q] less the left-hand side, so that
// neither a small slack between large losses nor a label of probability 0, whose left-hand side is 0, is lost. It
// panics unless gamma is a finite number of at least 0.
func (p *Predictions) FocalBoundSlack(gamma float64) float64 {
	checkGamma(gamma)
	reduction := p.meanOfLabels(func(l float64) float64 { // NLL - FocalLoss
		if math.IsInf(l, -1) {
			return 0
		}
		return math.Expm1(gammaTimes(gamma, logComplement(l))) * l
	})
	return gamma*p.MeanEntropy() - reduction
}

// meanOfLabels returns the mean over the examples of f(log q_y), its expectation where the label y is soft.
func (p *Predictions) meanOfLabels(f func(logarithm float64) float64) float64 {
	values := make([]float64, p.Len())
	if p.labels.soft == nil {
		for i, loss := range p.loss {
			values[i] = f(-loss)
		}
		return mean(values)
	}
	p.each(func(_, i int, _, l, posterior []float64) {
		for k, share := range posterior {
			if share > 0 {
				values[i] += share * f(l[k])
			}
		}
	})
	return mean(values)
}

// logComplement returns log(1-q) of l = log q: -Inf at q = 1 and 0 at q = 0 (Mächler 2012, Accurately Computing
// log(1 - exp(-|a|)), equation 7).
func logComplement(l float64) float64 {
	if l > -math.Ln2 {
		return math.Log(-math.Expm1(l))
	}
	return math.Log1p(-math.Exp(l))
}

// gammaTimes returns γ·l, which for γ = 0 is 0 also where l is -Inf.
func gammaTimes(gamma, l float64) float64 {
	if gamma == 0 {
		return 0
	}
	return gamma * l
}

func checkGamma(gamma float64) {
	if !(gamma >= 0) || math.IsInf(gamma, 1) {
		panic(fmt.Sprintf("calibration: γ = %v is not a finite number of at least 0", gamma))
	}
}
