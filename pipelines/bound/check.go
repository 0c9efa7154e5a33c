package bound

import (
	"errors"
	"fmt"
	"math"
)

// tolerance is how far rounding may take a value from the truth, relative to 1 and to the largest of the terms
// that it is the sum of.
const tolerance = 1e-12

// Check returns what does not hold of the theory at γ and ε: an inequality that fails, or one that should
// fail and does not, or two ways to the same number that differ, by more than rounding.
func (v Values) Check(gamma, epsilon float64) error {
	c := checker{tolerance: tolerance * max(1, v.CrossEntropy, v.CrossEntropyUniform, math.Abs(v.Bound), math.Abs(v.Sharper))}
	c.equal("KL(p‖q)", v.Divergence, "CE(p‖q) - H[p]", v.CrossEntropy-v.EntropyTrue)
	c.notBelow("KL(p‖q)", v.Divergence)
	c.equal("label smoothing", v.LabelSmoothing, "ε·CE(U‖q) + (1-ε)·CE(p‖q)", epsilon*v.CrossEntropyUniform+(1-epsilon)*v.CrossEntropy)
	c.equal("the slack of the bound", v.BoundSlack.Value, "focal - (CE - γ·H[q])", v.Focal-v.Bound)
	c.equal("the slack of the sharper bound", v.SharperSlack.Value, "focal - (CE - γ·E[ln q·ln(1-q)])", v.Focal-v.Sharper)
	c.holds("the bound CE - γ·H[q]", v.BoundSlack)
	c.holds("the sharper bound CE - γ·E[ln q·ln(1-q)]", v.SharperSlack)
	c.notBelow("the slack of the bound less that of the sharper one", v.BoundSlack.Value-v.SharperSlack.Value)
	if gamma > 0 && gamma < 1 {
		c.notBelow("what Bernoulli's step is short of at γ below 1", -v.BernoulliSlack.Value)
	} else {
		c.holds("Bernoulli's step", v.BernoulliSlack)
	}
	return errors.Join(c.found...)
}

// checker gathers what does not hold.
type checker struct {
	tolerance float64
	found     []error
}

func (c *checker) holds(what string, s Slack) {
	c.notBelow("the slack of "+what, s.Value)
	c.notBelow("the least slack of "+what+" over p", s.Least)
}

func (c *checker) notBelow(what string, value float64) {
	if !(value >= -c.tolerance) || math.IsInf(value, 0) {
		c.found = append(c.found, fmt.Errorf("%s is %.3g, and should not be below 0", what, value))
	}
}

func (c *checker) equal(what string, a float64, other string, b float64) {
	if !(math.Abs(a-b) <= c.tolerance) {
		c.found = append(c.found, fmt.Errorf("%s is %v, and %s is %v", what, a, other, b))
	}
}
