package calibration

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// vectorRidge is the weight of the penalty that FitVector adds to the NLL.
const vectorRidge = 1e-6

// VectorFit is a fitted vector scaling.
type VectorFit struct {
	Weights []float64 // [classes], 1 where nothing changes
	Biases  []float64 // [classes], 0 where nothing changes; they sum to 0
	NLL     float64   // of the predictions so scaled, in nats
}

// ScaleVector returns the predictions softmax(w_k log q_k + b_k) (vector scaling, Guo 2017, of the logarithms
// of the probabilities, so that it does not depend on what was added to all logits of a row). A class of
// probability 0 stays at 0. The predicted classes may change.
func (p *Predictions) ScaleVector(weights, biases []float64) (*Predictions, error) {
	if len(weights) != p.classes || len(biases) != p.classes {
		return nil, fmt.Errorf("scaling predictions by a vector: %d weights and %d biases do not fit %d classes",
			len(weights), len(biases), p.classes)
	}
	scaled := make([]float64, len(p.logarithm))
	predicted := make([]int, p.Len())
	for i := range predicted {
		row := p.row(scaled, i)
		for k, l := range p.row(p.logarithm, i) {
			row[k] = vectorLogit(l, weights[k], biases[k])
		}
		if k, reason := unusableLogit(row); reason != "" {
			return nil, fmt.Errorf("scaling predictions by a vector: row %d, class %d: %s", i, k, reason)
		}
		predicted[i] = argmax(row)
	}
	probability, logarithm := softmax(scaled, predicted, p.classes)
	return newPredictions(probability, logarithm, p.labels, predicted, p.classes), nil
}

// vectorLogit returns w·l + b, and -Inf for a class that is impossible.
func vectorLogit(logarithm, weight, bias float64) float64 {
	if math.IsInf(logarithm, -1) {
		return logarithm
	}
	return weight*logarithm + bias
}

// FitVector returns the weights and biases of ScaleVector at which the NLL is least. The NLL is convex in
// them; a penalty of 5e-7·(Σ(w_k - 1)² + Σ b_k²) makes the minimum unique, and finite where classes are
// separable. It is found by Newton's method with the step halved until the objective falls enough; a step
// takes time of the order of n·classes². A label of probability 0 is an error, because its NLL is infinite
// whatever the scaling.
func (p *Predictions) FitVector() (VectorFit, error) {
	for i, y := range p.labels {
		if math.IsInf(p.logarithm[i*p.classes+y], -1) {
			return VectorFit{}, fmt.Errorf("fitting vector scaling: row %d: the label has the probability 0", i)
		}
	}
	parameters, err := p.vectorMinimum()
	if err != nil {
		return VectorFit{}, fmt.Errorf("fitting vector scaling: %w", err)
	}
	fit := VectorFit{Weights: parameters[:p.classes], Biases: parameters[p.classes:]}
	scaled, err := p.ScaleVector(fit.Weights, fit.Biases)
	if err != nil {
		return VectorFit{}, fmt.Errorf("fitting vector scaling: %w", err)
	}
	fit.NLL = scaled.NLL()
	return fit, nil
}

// vectorMinimum returns the weights, then the biases, at which the penalised NLL is least.
func (p *Predictions) vectorMinimum() ([]float64, error) {
	const (
		steps     = 200
		precision = 1e-12 // in nats, twice what a last step of Newton's lowers the objective by
		rounding  = 1e-12 // of the objective
	)
	x := make([]float64, 2*p.classes)
	for k := range p.classes {
		x[k] = 1
	}
	value := p.vectorObjective(x)
	for range steps {
		gradient, hessian := p.vectorDerivatives(x)
		var factor mat.Cholesky
		if !factor.Factorize(hessian) {
			return nil, errors.New("the logits are too large")
		}
		var step mat.VecDense
		if err := factor.SolveVecTo(&step, gradient); err != nil {
			return nil, fmt.Errorf("solving for a step: %w", err)
		}
		decrement := mat.Dot(gradient, &step)
		next := make([]float64, len(x))
		for fraction := 1.0; ; fraction /= 2 {
			for j := range next {
				next[j] = x[j] - fraction*step.AtVec(j)
			}
			if decrement <= precision {
				return next, nil
			}
			reached := p.vectorObjective(next)
			if reached <= value-1e-4*fraction*decrement+rounding*(1+math.Abs(value)) {
				value = reached
				break
			}
			if fraction < 1e-12 {
				return nil, errors.New("no step lowers the nll")
			}
		}
		x = next
	}
	return nil, fmt.Errorf("%d steps did not reach the minimum", steps)
}

// vectorObjective returns the NLL at these weights and biases, and the penalty.
func (p *Predictions) vectorObjective(x []float64) float64 {
	q, sum := make([]float64, p.classes), 0.0
	for i, y := range p.labels {
		row := p.row(p.logarithm, i)
		shift := p.vectorSoftmax(q, row, x)
		sum += shift - vectorLogit(row[y], x[y], x[p.classes+y])
	}
	penalty := 0.0
	for k := range p.classes {
		penalty += (x[k]-1)*(x[k]-1) + x[p.classes+k]*x[p.classes+k]
	}
	return sum/float64(p.Len()) + vectorRidge/2*penalty
}

// vectorSoftmax sets q to the scaled probabilities of a row and returns the logarithm of their normaliser.
func (p *Predictions) vectorSoftmax(q, row, x []float64) float64 {
	largest := math.Inf(-1)
	for k, l := range row {
		q[k] = vectorLogit(l, x[k], x[p.classes+k])
		largest = max(largest, q[k])
	}
	total := 0.0
	for k, z := range q {
		q[k] = math.Exp(z - largest)
		total += q[k]
	}
	for k := range q {
		q[k] /= total
	}
	return largest + math.Log(total)
}

// vectorDerivatives returns the gradient of the objective and its Hessian. By the scaled logits those of an
// example are q - δ_y and diag(q) - qqᵀ; a weight multiplies by log q_k before scaling, a bias by 1.
func (p *Predictions) vectorDerivatives(x []float64) (*mat.VecDense, *mat.SymDense) {
	classes, n := p.classes, float64(p.Len())
	gradient := make([]float64, 2*classes)
	hessian := make([]float64, 4*classes*classes) // the upper triangle
	q, inputs := make([]float64, classes), make([]float64, classes)
	for i, y := range p.labels {
		p.vectorSoftmax(q, p.row(p.logarithm, i), x)
		for k, l := range p.row(p.logarithm, i) {
			inputs[k] = l
			if math.IsInf(l, -1) {
				inputs[k] = 0
			}
			slope := q[k]
			if k == y {
				slope--
			}
			gradient[k] += slope * inputs[k] / n
			gradient[classes+k] += slope / n
		}
		for k, a := range inputs {
			weights := hessian[k*2*classes:][:2*classes]
			biases := hessian[(classes+k)*2*classes:][:2*classes]
			for j, b := range inputs {
				curvature := -q[k] * q[j] / n
				if j == k {
					curvature += q[k] / n
				}
				weights[j] += a * b * curvature
				weights[classes+j] += a * curvature
				biases[classes+j] += curvature
			}
		}
	}
	for j := range gradient {
		start := 0.0
		if j < classes {
			start = 1
		}
		gradient[j] += vectorRidge * (x[j] - start)
		hessian[j*2*classes+j] += vectorRidge
	}
	return mat.NewVecDense(2*classes, gradient), mat.NewSymDense(2*classes, hessian)
}
