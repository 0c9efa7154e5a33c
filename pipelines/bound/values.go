package bound

import "math"

// Slack is by how much one side of an inequality exceeds the other, in nats: negative where it fails.
type Slack struct {
	Value float64 // at the given p
	Least float64 // over every p: it is linear in p, so the least lies at one of the classes
}

// Values are the losses of the theory and their bounds for labels distributed as p and a model that says q,
// over the same K classes, all in nats.
type Values struct {
	CrossEntropy        float64 // CE(p‖q) = -Σ p_k·ln q_k
	CrossEntropyUniform float64 // CE(U‖q), U the uniform distribution
	Divergence          float64 // KL(p‖q)
	EntropyTrue         float64 // H[p]
	Entropy             float64 // H[q]
	LabelSmoothing      float64 // CE(p~‖q) with p~ = ε/K + (1-ε)·p
	Focal               float64 // CE_γ = -Σ p_k·(1-q_k)^γ·ln q_k
	Bound               float64 // CE(p‖q) - γ·H[q], entropy-regularised cross-entropy
	Sharper             float64 // CE(p‖q) - γ·Σ p_k·ln q_k·ln(1-q_k)

	BoundSlack   Slack // Focal - Bound, which holds for γ ≥ 0
	SharperSlack Slack // Focal - Sharper, which holds for γ ≥ 0
	// BernoulliSlack is Focal - (CE(p‖q) + γ·Σ p_k·q_k·ln q_k): Bernoulli's step (1-q)^γ ≥ 1 - γ·q alone, which
	// holds for γ ≥ 1 and for no γ between 0 and 1.
	BernoulliSlack Slack
}

// Evaluate returns the values at p, q, γ ≥ 0 and ε from 0 to 1. Slacks are computed from their own formulas,
// not as differences of losses, so that they keep their digits where they are small.
func Evaluate(p, q Distribution, gamma, epsilon float64) Values {
	if p.Classes() != q.Classes() {
		panic("bound: distributions over different classes")
	}
	v := Values{EntropyTrue: p.Entropy(), Entropy: q.Entropy()}
	var ce, uniform, smoothing, focal, apart, sharper total
	bound, sharp, bernoulli := newSlacks(), newSlacks(), newSlacks()
	classes := float64(p.Classes())
	for k, log := range q.log {
		share, loss, complement := p.Probability(k), -log, q.complement[k]
		exponent := -gamma * complement // (1-q)^γ = e^-exponent
		ce.add(share * loss)
		uniform.add(loss / classes)
		smoothing.add((epsilon/classes + (1-epsilon)*share) * loss)
		focal.add(share * math.Exp(-exponent) * loss)
		sharper.add(share * log * complement)
		apart.add(divergence(p.log[k], log))
		bound.add(share, gamma*v.Entropy+math.Expm1(-exponent)*loss)
		sharp.add(share, excess(exponent)*loss)
		bernoulli.add(share, bernoulliExcess(gamma, q.Probability(k), complement)*loss)
	}
	v.CrossEntropy, v.CrossEntropyUniform, v.Divergence = ce.value(), uniform.value(), apart.value()
	v.LabelSmoothing, v.Focal = smoothing.value(), focal.value()
	v.Bound, v.Sharper = v.CrossEntropy-gamma*v.Entropy, v.CrossEntropy-gamma*sharper.value()
	v.BoundSlack, v.SharperSlack, v.BernoulliSlack = bound.slack(), sharp.slack(), bernoulli.slack()
	return v
}

// bernoulliExcess returns (1-q)^γ - (1 - γ·q), of which complement is ln(1-q), with a relative error of a few units
// in the last place. Of the two forms each loses digits where the other does not, near γ = 1 and near γ = 0.
func bernoulliExcess(gamma, q, complement float64) float64 {
	over := logOver(q, complement)
	if gamma < 0.5 {
		return excess(-gamma*complement) - gamma*over
	}
	rest, above := math.Exp(complement), gamma-1
	x := -above * complement
	curved := rest * excess(x)
	if math.Abs(x) >= seriesBelow { // the same, where 1-q may be 0 and e^-x infinite
		curved = rest*(x-1) + math.Exp(gamma*complement)
	}
	return curved + above*(q*q-rest*over)
}

// slacks are the slacks of an inequality at every class alone, as a mean over p in the making and their least.
type slacks struct {
	mean  total
	least float64
}

func newSlacks() slacks { return slacks{least: math.Inf(1)} }

// add takes in a class: its share in p, and the slack where p is this class alone.
func (s *slacks) add(share, slack float64) {
	s.mean.add(share * slack)
	s.least = min(s.least, slack)
}

func (s slacks) slack() Slack { return Slack{s.mean.value(), s.least} }

// divergence returns what a class with the probabilities e^p and e^q adds to KL(p‖q). It is p·(e^d - 1 - d) with
// d = ln q - ln p, which sums to the same as -p·d and is never negative.
func divergence(p, q float64) float64 {
	d := q - p
	if math.Abs(d) >= 1 {
		return math.Exp(q) - math.Exp(p) - math.Exp(p)*d
	}
	return math.Exp(p) * excess(-d)
}
