package calibration

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

const (
	// smoothTolerance bounds the error of SmoothECE: half of it comes from the grid, half from what lies
	// below the narrowest kernel.
	smoothTolerance = 1e-4
	// narrowestKernel is the least width that is tried. A smooth ECE below it is known to be below
	// smoothTolerance.
	narrowestKernel = smoothTolerance / 2
	// gridError is the c for which a grid of step h changes the smoothed error by at most c·m·(h/σ)², m
	// being the mean of |hit - confidence|: a quarter of ∫|φ''| = 4φ(1), an eighth for putting the examples
	// on the grid and an eighth for integrating there.
	gridError = 0.241970724519143365 // φ(1)
	// coarsestGrid and finestGrid are numbers of steps, powers of two.
	coarsestGrid = 1 << 10
	finestGrid   = 1 << 21
)

// SmoothECE is the smooth calibration error smECE of the confidence (Błasiok and Nakkiran 2023, arXiv
// 2309.12236). With hits h, confidences f and the Gaussian kernel K_σ on [0, 1], reflected at both ends,
//
//	smECE_σ = ∫₀¹ |1/n Σ_i K_σ(t, f_i) (h_i - f_i)| dt,
//
// which falls as σ grows; the value is the one σ at which smECE_σ = σ. It has no bins to choose.
//
// The examples are put on a grid, each on the two points beside it, and smoothed by cosine transforms,
// which reflect as the kernel does. The grid is refined until its error is provably below 1e-4. The time
// is linear in the number of examples. With soft labels it is simulated (see SoftLabels).
func (p *Predictions) SmoothECE() float64 {
	return p.overLabels(func(p *Predictions) float64 { return smoothError(p.confidence, p.hit) })
}

// smoothError returns the smooth calibration error of forecasts in [0, 1].
func smoothError(forecast, observed []float64) float64 {
	spread := 0.0
	for i, f := range forecast {
		spread += math.Abs(observed[i]-f) / float64(len(forecast))
	}
	for steps := coarsestGrid; ; {
		width, value := newSmoother(forecast, observed, steps).fixedPoint(min(spread, 1))
		enough := math.Sqrt(gridError*spread/(smoothTolerance/2)) / width
		if float64(steps) >= enough || steps == finestGrid {
			return min(value, spread) // the error never exceeds the spread
		}
		for steps < finestGrid && float64(steps) < enough {
			steps *= 2
		}
	}
}

// smoother smooths a signed measure on a grid of [0, 1].
type smoother struct {
	transform *fourier.DCT
	cosines   []float64 // [steps+1], the integrals of cos(πkt) over the measure
	damped    []float64 // [steps+1], scratch
	smoothed  []float64 // [steps+1], the density at the points of the grid
}

// newSmoother puts the measure that has the mass (observed - forecast)/n at each forecast on a grid, each
// mass on the two points beside it, so that its first moment stays.
func newSmoother(forecast, observed []float64, steps int) *smoother {
	mass := make([]float64, steps+1)
	for i, f := range forecast {
		addMass(mass, f, (observed[i]-f)/float64(len(forecast)))
	}
	return smootherOf(mass)
}

// addMass puts a mass at a place in [0, 1] on the two points of the grid beside it.
func addMass(grid []float64, place, mass float64) {
	steps := len(grid) - 1
	position := place * float64(steps)
	left := min(int(position), steps-1)
	right := position - float64(left)
	grid[left] += mass * (1 - right)
	grid[left+1] += mass * right
}

// smootherOf smooths the measure that has these masses at the points of the grid. It takes over the slice.
func smootherOf(mass []float64) *smoother {
	steps := len(mass) - 1
	// The transform counts every point but the first and the last twice.
	for j := 1; j < steps; j++ {
		mass[j] /= 2
	}
	transform := fourier.NewDCT(steps + 1)
	return &smoother{
		transform: transform,
		cosines:   transform.Transform(mass, mass),
		damped:    make([]float64, steps+1),
		smoothed:  make([]float64, steps+1),
	}
}

// errorAt returns smECE_σ for a kernel of that width.
func (s *smoother) errorAt(width float64) float64 { return integralOfAbsolute(s.smooth(width)) }

// smooth returns the density at the points of the grid, which is a_0 + 2 Σ_k a_k exp(-(πkσ)²/2) cos(πkt),
// the heat equation's on [0, 1] with insulated ends. The slice is used again by the next call.
func (s *smoother) smooth(width float64) []float64 {
	for k, a := range s.cosines {
		exponent := math.Pi * float64(k) * width
		if exponent > 12 { // exp(-72) is below rounding
			clear(s.damped[k:])
			break
		}
		s.damped[k] = a * math.Exp(-exponent*exponent/2)
	}
	s.transform.Transform(s.smoothed, s.damped)
	return s.smoothed
}

// fixedPoint returns the width in [narrowestKernel, high] at which the error is the width, and the error
// there. Where even the narrowest kernel has a smaller error, it is the narrowest. The error is at most high.
func (s *smoother) fixedPoint(high float64) (width, value float64) {
	const precision = 1e-9
	low := narrowestKernel
	value = s.errorAt(low)
	if high <= low || value <= low {
		return low, value
	}
	// Regula falsi of error - width, in the variant of Illinois: the end that stays twice has its excess halved.
	above, below := value-low, s.errorAt(high)-high
	for side := 0; high-low > precision; {
		width = (low*below - high*above) / (below - above)
		value = s.errorAt(width)
		excess := value - width
		switch {
		case math.Abs(excess) <= precision:
			return width, value
		case excess > 0:
			low, above = width, excess
			if side > 0 {
				below /= 2
			}
			side = 1
		default:
			high, below = width, excess
			if side < 0 {
				above /= 2
			}
			side = -1
		}
	}
	return width, value
}

// integralOfAbsolute returns ∫₀¹ |r(t)| dt of the function that is linear between values at equal steps.
func integralOfAbsolute(values []float64) float64 {
	sum := 0.0
	for j, right := range values[1:] {
		left := values[j]
		if (left < 0) != (right < 0) {
			sum += (left*left + right*right) / (math.Abs(left) + math.Abs(right))
		} else {
			sum += math.Abs(left + right)
		}
	}
	return sum / 2 / float64(len(values)-1)
}
