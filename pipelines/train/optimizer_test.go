package train

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"experiment/internal/torch"
)

// trajectories were computed by PyTorch: see testdata/optimizers.py.
type trajectories struct {
	Start, Target, Curvature [][]float64
	Rates                    []float64
	Cases                    []struct {
		Optimizer    string
		LR           float64
		Momentum     float64
		Nesterov     bool
		WeightDecay  float64 `json:"weight_decay"`
		Beta1, Beta2 float64
		Epsilon      float64
		Weights      [][]float64
	}
}

func readTrajectories(t *testing.T) trajectories {
	t.Helper()
	data, err := os.ReadFile("testdata/optimizers.json")
	if err != nil {
		t.Fatal(err)
	}
	var all trajectories
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Cases) == 0 {
		t.Fatal("no cases in testdata/optimizers.json")
	}
	return all
}

// A build makes an optimiser of weights [K, P] and their gradient.
type build func(weights, gradient torch.Tensor) Optimizer

// descend runs an optimiser on the quadratic loss for K replicas that start at the same point, and returns
// the weights of every replica after every step.
func descend(t *testing.T, all trajectories, replicas int, build build) [][][]float64 {
	t.Helper()
	var steps [][][]float64
	err := torch.Do(func(s *torch.Scope) error {
		repeat := func(values [][]float64) torch.Tensor {
			return torch.FromSlice(s, slices.Repeat(slices.Concat(values...), replicas), replicas, 6)
		}
		weights, target, curvature := repeat(all.Start), repeat(all.Target), repeat(all.Curvature)
		gradient := weights.ZerosLike()
		optimizer := build(weights, gradient)
		half := len(all.Rates) / 2
		for i := range all.Rates {
			switch i { // as if there were two epochs
			case 0:
				optimizer.Plan(all.Rates[:half])
			case half:
				optimizer.Plan(all.Rates[half:])
			}
			err := s.Region(func() error {
				gradient.Copy_(curvature.Mul(weights.Sub(target))) // of the loss Σ curvature·(weights - target)²/2
				optimizer.Next()
				optimizer.Step()
				return nil
			})
			if err != nil {
				return err
			}
			steps = append(steps, slices.Collect(slices.Chunk(weights.Float64s(), 6)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func TestOptimizersFollowPyTorch(t *testing.T) {
	all := readTrajectories(t)
	for i, c := range all.Cases {
		t.Run(fmt.Sprint(i, " ", c.Optimizer), func(t *testing.T) {
			got := descend(t, all, 1, func(weights, gradient torch.Tensor) Optimizer {
				if c.Optimizer == "adamw" {
					return NewAdamW(weights, gradient, []AdamW{{c.LR, c.Beta1, c.Beta2, c.Epsilon, c.WeightDecay}})
				}
				return NewSGD(weights, gradient, []SGD{{c.LR, c.Momentum, c.WeightDecay, c.Nesterov}})
			})
			for step := range c.Weights {
				for j, want := range c.Weights[step] {
					if diff := math.Abs(got[step][0][j] - want); diff > 1e-14 {
						t.Errorf("step %d, weight %d: %v, want %v (off by %.1e)", step, j, got[step][0][j], want, diff)
					}
				}
			}
		})
	}
}

func TestReplicasAreOptimisedApart(t *testing.T) {
	all := readTrajectories(t)
	sgd := []SGD{{0.1, 0.9, 0, false}, {0.01, 0, 0.1, false}, {0.3, 0.5, 0.01, false}}
	adamw := []AdamW{{0.1, 0.9, 0.999, 1e-8, 0}, {0.01, 0.5, 0.9, 1e-4, 0.1}, {0.2, 0.8, 0.99, 1e-6, 0.01}}
	tests := []struct {
		name   string
		fused  build
		single func(replica int) build
	}{
		{"sgd", func(w, g torch.Tensor) Optimizer { return NewSGD(w, g, sgd) },
			func(k int) build {
				return func(w, g torch.Tensor) Optimizer { return NewSGD(w, g, sgd[k:k+1]) }
			}},
		{"adamw", func(w, g torch.Tensor) Optimizer { return NewAdamW(w, g, adamw) },
			func(k int) build {
				return func(w, g torch.Tensor) Optimizer { return NewAdamW(w, g, adamw[k:k+1]) }
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fused := descend(t, all, 3, test.fused)
			for replica := range 3 {
				single := descend(t, all, 1, test.single(replica))
				for step := range single {
					if !slices.Equal(fused[step][replica], single[step][0]) {
						t.Errorf("replica %d, step %d: %v, alone %v", replica, step, fused[step][replica], single[step][0])
					}
				}
			}
		})
	}
}
