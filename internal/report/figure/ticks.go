package figure

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// ticks marks an axis at round numbers, all with as many decimals as the closest two need.
type ticks struct{ Most int }

// Ticks implements plot.Ticker.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	step := roundStep((high - low) / float64(t.Most))
	if !(step > 0) || math.IsInf(step, 0) {
		return nil
	}
	decimals := decimalsOf(step)
	var marks []plot.Tick
	for i := math.Ceil(low/step - 1e-9); i*step <= high+1e-9*step; i++ {
		value := i * step
		if i == 0 {
			value = 0 // not -0
		}
		marks = append(marks, plot.Tick{Value: value, Label: strconv.FormatFloat(value, 'f', decimals, 64)})
	}
	return marks
}

// roundStep returns the least of 1, 2, 2.5 and 5 times a power of ten that is not below a step.
func roundStep(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= step*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// decimalsOf returns how many decimals a round step needs.
func decimalsOf(step float64) int {
	for d := range 12 {
		scaled := step * math.Pow(10, float64(d))
		if math.Abs(scaled-math.Round(scaled)) < 1e-6*scaled {
			return d
		}
	}
	return 12
}

// valueTicks marks an axis at the values that were tried.
type valueTicks struct {
	values []float64
	labels []string
}

// Ticks implements plot.Ticker.
func (t valueTicks) Ticks(_, _ float64) []plot.Tick {
	marks := make([]plot.Tick, len(t.values))
	for i, v := range t.values {
		marks[i] = plot.Tick{Value: v, Label: t.labels[i]}
	}
	return marks
}
