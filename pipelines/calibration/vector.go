package calibration

import (
	"errors"
	"fmt"
	"math"
	"slices"

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
	from := vectorSource{p.source, slices.Clone(weights), slices.Clone(biases)}
	scaled, err := newPredictions(from, p.labels, p.classes)
	if err != nil {
		return nil, fmt.Errorf("scaling predictions by a vector: %w", err)
	}
	return scaled, nil
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
	if err := p.checkPossible(); err != nil {
		return VectorFit{}, fmt.Errorf("fitting vector scaling: %w", err)
	}
	parameters, err := p.newVectorProblem().minimum()
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

// vectorProblem is what FitVector minimises.
type vectorProblem struct {
	classes   int
	logarithm []float64 // [n, classes], of the probabilities to be scaled
	posterior []float64 // [n, classes], of the labels
}

func (p *Predictions) newVectorProblem() vectorProblem {
	v := vectorProblem{p.classes, make([]float64, p.Len()*p.classes), make([]float64, p.Len()*p.classes)}
	p.each(func(_, i int, _, l, posterior []float64) {
		copy(v.row(v.logarithm, i), l)
		copy(v.row(v.posterior, i), posterior)
	})
	return v
}

func (v vectorProblem) len() int { return len(v.logarithm) / v.classes }

// row returns the part of an [n, classes] matrix that belongs to example i.
func (v vectorProblem) row(matrix []float64, i int) []float64 {
	return matrix[i*v.classes : (i+1)*v.classes]
}

// minimum returns the weights, then the biases, at which the penalised NLL is least.
func (v vectorProblem) minimum() ([]float64, error) {
	const (
		steps     = 200
		precision = 1e-12 // in nats, twice what a last step of Newton's lowers the objective by
		rounding  = 1e-12 // of the objective
	)
	x := make([]float64, 2*v.classes)
	for k := range v.classes {
		x[k] = 1
	}
	value := v.objective(x)
	for range steps {
		gradient, hessian := v.derivatives(x)
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
			reached := v.objective(next)
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

// objective returns the NLL at these weights and biases, and the penalty.
func (v vectorProblem) objective(x []float64) float64 {
	q, sum := make([]float64, v.classes), 0.0
	for i := range v.len() {
		row := v.row(v.logarithm, i)
		shift := v.softmax(q, row, x)
		for k, share := range v.row(v.posterior, i) {
			if share > 0 {
				sum += share * (shift - vectorLogit(row[k], x[k], x[v.classes+k]))
			}
		}
	}
	penalty := 0.0
	for k := range v.classes {
		penalty += (x[k]-1)*(x[k]-1) + x[v.classes+k]*x[v.classes+k]
	}
	return sum/float64(v.len()) + vectorRidge/2*penalty
}

// softmax sets q to the scaled probabilities of a row and returns the logarithm of their normaliser.
func (v vectorProblem) softmax(q, row, x []float64) float64 {
	largest := math.Inf(-1)
	for k, l := range row {
		q[k] = vectorLogit(l, x[k], x[v.classes+k])
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

// derivatives returns the gradient of the objective and its Hessian. By the scaled logits those of an
// example are q - p, p being δ_y where the label is hard, and diag(q) - qqᵀ; a weight multiplies by log q_k before scaling, a bias by 1.
func (v vectorProblem) derivatives(x []float64) (*mat.VecDense, *mat.SymDense) {
	classes, n := v.classes, float64(v.len())
	gradient := make([]float64, 2*classes)
	hessian := make([]float64, 4*classes*classes) // the upper triangle
	q, inputs := make([]float64, classes), make([]float64, classes)
	for i := range v.len() {
		v.softmax(q, v.row(v.logarithm, i), x)
		posterior := v.row(v.posterior, i)
		for k, l := range v.row(v.logarithm, i) {
			inputs[k] = l
			if math.IsInf(l, -1) {
				inputs[k] = 0
			}
			slope := q[k] - posterior[k]
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
