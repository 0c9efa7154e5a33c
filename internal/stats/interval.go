package stats

import (
	"fmt"
	"math"
)

// Interval is a confidence interval, both ends included. Both are NaN where it is undefined.
type Interval struct{ Low, High float64 }

// undefined is the interval of too few values, or of some that are not finite.
func undefined() Interval { return Interval{math.NaN(), math.NaN()} }

// Contains reports whether the value lies in the interval. Nothing lies in one that is undefined.
func (i Interval) Contains(value float64) bool { return i.Low <= value && value <= i.High }

// checkLevel panics unless the level of confidence lies between 0 and 1.
func checkLevel(level float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("stats: a level of confidence of %v is not between 0 and 1", level))
	}
}
