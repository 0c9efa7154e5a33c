package bound

import "math"

// total is a sum of numbers that is rounded as if once, however many they are (Neumaier 1974). The numbers are
// finite.
type total struct{ sum, lost float64 }

func (t *total) add(x float64) {
	next := t.sum + x
	if math.Abs(t.sum) >= math.Abs(x) {
		t.lost += (t.sum - next) + x
	} else {
		t.lost += (x - next) + t.sum
	}
	t.sum = next
}

func (t total) value() float64 { return t.sum + t.lost }
