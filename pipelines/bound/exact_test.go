package bound

import (
	"math"
	"math/big"
)

// exact computes with so many bits that nothing of what follows is lost by rounding.
type exact struct{ bits uint }

func (e exact) of(x float64) *big.Float { return e.zero().SetFloat64(x) }
func (e exact) zero() *big.Float        { return new(big.Float).SetPrec(e.bits) }

func (e exact) add(a, b *big.Float) *big.Float { return e.zero().Add(a, b) }
func (e exact) sub(a, b *big.Float) *big.Float { return e.zero().Sub(a, b) }
func (e exact) mul(a, b *big.Float) *big.Float { return e.zero().Mul(a, b) }
func (e exact) div(a, b *big.Float) *big.Float { return e.zero().Quo(a, b) }

// exp sums the series of e^(x/2^n) and squares it n times.
func (e exact) exp(x *big.Float) *big.Float {
	guarded := exact{e.bits + 64}
	halvings := max(0, x.MantExp(nil)+16)
	small := guarded.zero().SetMantExp(guarded.zero().Set(x), -halvings)
	sum, term := guarded.of(1), guarded.of(1)
	for n := 1.0; term.Sign() != 0 && term.MantExp(nil) > -int(guarded.bits); n++ {
		term = guarded.div(guarded.mul(term, small), guarded.of(n))
		sum = guarded.add(sum, term)
	}
	for range halvings {
		sum = guarded.mul(sum, sum)
	}
	return e.zero().Set(sum)
}

// log refines the logarithm of the mantissa by Halley's method, whose error is cubed by every step.
func (e exact) log(x *big.Float) *big.Float {
	mantissa := e.zero()
	exponent := x.MantExp(mantissa)
	whole := e.zero()
	if exponent != 0 {
		whole = e.mul(e.of(float64(exponent)), e.refine(e.of(2)))
	}
	return e.add(whole, e.refine(mantissa))
}

func (e exact) refine(x *big.Float) *big.Float {
	approximate, _ := x.Float64()
	y := e.of(math.Log(approximate))
	for bits := uint(40); bits < e.bits; bits *= 3 {
		power := e.exp(y)
		y = e.add(y, e.mul(e.of(2), e.div(e.sub(x, power), e.add(x, power))))
	}
	return y
}

// softmax returns q_k, 1-q_k and their logarithms.
func (e exact) softmax(logits []float64) (q, rest, log, complement []*big.Float) {
	powers := make([]*big.Float, len(logits))
	sum := e.zero()
	for k, z := range logits {
		powers[k] = e.exp(e.of(z))
		sum = e.add(sum, powers[k])
	}
	for k := range logits {
		others := e.zero()
		for j, p := range powers {
			if j != k {
				others = e.add(others, p)
			}
		}
		q = append(q, e.div(powers[k], sum))
		rest = append(rest, e.div(others, sum))
		log = append(log, e.log(q[k]))
		complement = append(complement, e.log(rest[k]))
	}
	return q, rest, log, complement
}

// evaluate computes Values by their definitions.
func (e exact) evaluate(pLogits, qLogits []float64, gammaFloat, epsilonFloat float64) Values {
	p, _, pLog, _ := e.softmax(pLogits)
	q, rest, log, complement := e.softmax(qLogits)
	gamma, epsilon, classes := e.of(gammaFloat), e.of(epsilonFloat), e.of(float64(len(p)))
	one := e.of(1)
	entropy, entropyTrue, ce, uniform, smoothing, focal, sharper, bernoulli := e.zero(), e.zero(), e.zero(), e.zero(), e.zero(), e.zero(), e.zero(), e.zero()
	for k := range p {
		loss := e.sub(e.zero(), log[k])
		power := e.exp(e.mul(gamma, e.log(rest[k])))
		smoothed := e.add(e.div(epsilon, classes), e.mul(e.sub(one, epsilon), p[k]))
		entropy = e.add(entropy, e.mul(q[k], loss))
		entropyTrue = e.sub(entropyTrue, e.mul(p[k], pLog[k]))
		ce = e.add(ce, e.mul(p[k], loss))
		uniform = e.add(uniform, e.div(loss, classes))
		smoothing = e.add(smoothing, e.mul(smoothed, loss))
		focal = e.add(focal, e.mul(e.mul(p[k], power), loss))
		sharper = e.add(sharper, e.mul(p[k], e.mul(log[k], complement[k])))
		bernoulli = e.add(bernoulli, e.mul(p[k], e.mul(q[k], loss)))
	}
	bound := e.sub(ce, e.mul(gamma, entropy))
	sharpest := e.sub(ce, e.mul(gamma, sharper))
	float := func(x *big.Float) float64 { f, _ := x.Float64(); return f }
	v := Values{
		CrossEntropy: float(ce), CrossEntropyUniform: float(uniform), Divergence: float(e.sub(ce, entropyTrue)),
		EntropyTrue: float(entropyTrue), Entropy: float(entropy), LabelSmoothing: float(smoothing), Focal: float(focal),
		Bound: float(bound), Sharper: float(sharpest),
	}
	v.BoundSlack.Value = float(e.sub(focal, bound))
	v.SharperSlack.Value = float(e.sub(focal, sharpest))
	v.BernoulliSlack.Value = float(e.sub(focal, e.sub(ce, e.mul(gamma, bernoulli))))
	v.BoundSlack.Least, v.SharperSlack.Least, v.BernoulliSlack.Least = math.Inf(1), math.Inf(1), math.Inf(1)
	for k := range p {
		lost := e.mul(e.sub(e.exp(e.mul(gamma, complement[k])), one), e.sub(e.zero(), log[k]))
		lower := func(least *float64, term *big.Float) { *least = min(*least, float(e.add(lost, e.mul(gamma, term)))) }
		lower(&v.BoundSlack.Least, entropy)
		lower(&v.SharperSlack.Least, e.mul(log[k], complement[k]))
		lower(&v.BernoulliSlack.Least, e.sub(e.zero(), e.mul(q[k], log[k])))
	}
	if gammaFloat == 1 {
		v.BernoulliSlack = Slack{} // an equality, of which the bits are not enough to tell
	}
	return v
}
