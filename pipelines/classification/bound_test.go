package classification

import (
	"context"
	"math"
	"testing"

	"experiment/internal/run"
	"experiment/internal/torch"
)

func TestGammaOfTheBoundIsTheRunsOwn(t *testing.T) {
	tests := []struct {
		loss  string
		gamma float64 // NaN where the loss has none
		want  float64
	}{
		{"cross_entropy", math.NaN(), 3},
		{"label_smoothing", math.NaN(), 3},
		{"focal", 1, 1},
		{"focal", 0, 3},
		{"entropy_regularised", 0.3, 0.3},
		{"mmce", 2, 2},
		{"mdca", 0, 3},
		{"dual_focal", 5, 3}, // its γ is that of another loss
	}
	for _, test := range tests {
		fields := []run.Field{{Path: "loss.name", Value: test.loss}}
		if !math.IsNaN(test.gamma) {
			fields = append(fields, run.Field{Path: "loss.gamma", Value: test.gamma})
		}
		if got := gammaOfBound(configured(t, fields...)); got != test.want {
			t.Errorf("%s with γ = %v is measured at %v, want %v", test.loss, test.gamma, got, test.want)
		}
	}
}

func TestEveryEpochMeasuresTheBound(t *testing.T) {
	config := configured(t, run.Field{Path: "loss.name", Value: "focal"}, run.Field{Path: "loss.gamma", Value: 2.0}, run.Field{Path: "loss.epsilon", Value: 0.0})
	epochs := 0
	trainer := Trainer{Device: torch.CPU}
	_, err := trainer.Run(context.Background(), []run.Config{config}, hearing(func(_ int, e run.Epoch) error {
		epochs++
		at := map[string]float64{}
		for _, m := range e.Metrics {
			if m.Split == run.Validation {
				at[m.Name] = float64(m.Value)
			}
		}
		slack := at["focal_loss"] - (at["nll"] - 2*at["mean_entropy"])
		if at["focal_gamma"] != 2 || !(at["focal_bound_slack"] > 0) || math.Abs(at["focal_bound_slack"]-slack) > 1e-14 || !(at["focal_loss"] < at["nll"]) {
			t.Errorf("epoch %d has %v", e.Number, at)
		}
		return nil
	}))
	if err != nil || epochs != 4 {
		t.Errorf("%d epochs, %v", epochs, err)
	}
}
