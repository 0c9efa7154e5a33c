package train

import "math"

// Schedule gives the share of the full learning rate at a step, counted from 0.
type Schedule func(step int) float64

// Constant is the full rate at every step.
func Constant() Schedule { return func(int) float64 { return 1 } }

// StepDecay multiplies the rate by factor after every so many steps.
func StepDecay(every int, factor float64) Schedule {
	return func(step int) float64 { return math.Pow(factor, float64(step/every)) }
}

// Cosine goes down half a cosine, from the full rate at step start to the share final at step end.
// Source: Loshchilov and Hutter 2017, equation 5.
func Cosine(start, end int, final float64) Schedule {
	return func(step int) float64 {
		t := float64(step-start) / float64(max(end-start, 1))
		return final + (1-final)*(1+math.Cos(math.Pi*t))/2
	}
}

// Warmup grows linearly over the first steps, reaching the full rate of the schedule with the last of
// them, and follows the schedule after.
func Warmup(steps int, schedule Schedule) Schedule {
	return func(step int) float64 {
		if step < steps {
			return float64(step+1) / float64(steps)
		}
		return schedule(step)
	}
}
