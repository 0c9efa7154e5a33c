package train

import (
	"math"
	"testing"
)

func TestSchedules(t *testing.T) {
	tests := []struct {
		name     string
		schedule Schedule
		want     map[int]float64
	}{
		{"constant", Constant(), map[int]float64{0: 1, 1000: 1}},
		{"step decay", StepDecay(10, 0.1), map[int]float64{0: 1, 9: 1, 10: 0.1, 19: 0.1, 20: 0.01}},
		{"cosine to nothing", Cosine(0, 100, 0), map[int]float64{0: 1, 25: (1 + math.Sqrt2/2) / 2, 50: 0.5, 100: 0}},
		{"cosine to a share", Cosine(20, 120, 0.2), map[int]float64{20: 1, 70: 0.6, 120: 0.2}},
		{"warm-up", Warmup(4, Constant()), map[int]float64{0: 0.25, 1: 0.5, 3: 1, 4: 1}},
		{"warm-up, then cosine", Warmup(10, Cosine(10, 110, 0)), map[int]float64{0: 0.1, 9: 1, 10: 1, 60: 0.5}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for step, want := range test.want {
				if got := test.schedule(step); math.Abs(got-want) > 1e-12 {
					t.Errorf("step %d: %v, want %v", step, got, want)
				}
			}
		})
	}
}
