package bound

import "math"

// Distribution is a probability distribution over K classes of which the small and the nearly certain
// probabilities are known to full relative precision.
type Distribution struct {
	log        []float64 // [K], ln q_k
	complement []float64 // [K], ln(1-q_k)
}

// Softmax returns the distribution q_k = e^z_k / Σ_j e^z_j of two or more finite logits. ln q_k and ln(1-q_k)
// are taken from the log-odds of each class, z_k - ln Σ_{j≠k} e^z_j, so that neither is a difference that
// loses digits; what rounding leaves is the relative error of 1 ulp of the largest logit.
func Softmax(logits []float64) Distribution {
	if len(logits) < 2 {
		panic("bound: a distribution over fewer than two classes")
	}
	top := 0
	for k, z := range logits {
		if z > logits[top] {
			top = k
		}
	}
	second := math.Inf(-1) // the largest of the others
	for k, z := range logits {
		if k != top {
			second = max(second, z)
		}
	}
	var sum, others total // of e^(z_j - z_top), and over j ≠ top of e^(z_j - second)
	for k, z := range logits {
		sum.add(math.Exp(z - logits[top]))
		if k != top {
			others.add(math.Exp(z - second))
		}
	}
	d := Distribution{make([]float64, len(logits)), make([]float64, len(logits))}
	for k, z := range logits {
		// Any other class is at most as likely as the top one: the difference loses less than two bits.
		odds := z - logits[top] - math.Log(sum.value()-math.Exp(z-logits[top]))
		if k == top {
			odds = z - second - math.Log(others.value())
		}
		d.log[k], d.complement[k] = -softplus(-odds), -softplus(odds)
	}
	return d
}

// softplus returns ln(1 + e^x).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// Classes returns K.
func (d Distribution) Classes() int { return len(d.log) }

// Probability returns q_k.
func (d Distribution) Probability(k int) float64 { return math.Exp(d.log[k]) }

// Entropy returns H[q] = -Σ_k q_k·ln q_k in nats.
func (d Distribution) Entropy() float64 {
	var sum total
	for _, l := range d.log {
		sum.add(-math.Exp(l) * l)
	}
	return sum.value()
}
