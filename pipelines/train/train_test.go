package train

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"experiment/internal/rng"
	"experiment/internal/torch"
)

// regression is logistic regression on two noisy clusters, for replicas with these learning rates and seeds, and the
// gradient that its pass makes.
func regression(s *torch.Scope, rates []float64, seeds []int64, batch int) (p Problem, gradient torch.Tensor) {
	const n, dimensions = 50, 3
	noise := rng.New(1, "test clusters")
	examples, labels, rows := make([]float64, n*dimensions), make([]int64, n), make([]int64, n)
	for i := range n {
		labels[i], rows[i] = int64(i%2), int64(i)
		for d := range dimensions {
			examples[i*dimensions+d] = noise.Normal() + float64(4*labels[i])
		}
	}
	k := len(rates)
	// Of each replica a weight [3, 2] and a bias [2], which libtorch differentiates.
	weights := s.Zeros(torch.Float64, torch.CPU, k, (dimensions+1)*2)
	gradient = weights.ZerosLike()
	pass := func(x torch.Tensor) (torch.Tensor, func(torch.Tensor)) {
		leaf := weights.Detach().RequireGrad()
		weight := leaf.Narrow(1, 0, dimensions*2).Reshape(k, dimensions, 2)
		bias := leaf.Narrow(1, dimensions*2, 2).Reshape(k, 1, 2)
		logits := x.Linear(weight, bias)
		return logits.Detach(), func(of torch.Tensor) {
			logits.Mul(of).Sum().Backward()
			gradient.Copy_(leaf.Grad())
		}
	}
	p = Problem{
		Weights: weights,
		Pass:    pass,
		Loss: func(logits, targets torch.Tensor) (torch.Tensor, torch.Tensor) {
			z := logits.Detach().RequireGrad()
			loss := z.LogSoftmax(2).Gather(2, targets.Unsqueeze(2)).Squeeze(2).Neg().Mean(1)
			loss.Sum().Backward()
			return loss.Detach(), z.Grad()
		},
		Data: Data{
			Examples: torch.FromSlice(s, examples, n, dimensions),
			Labels:   torch.FromSlice(s, labels, n),
			DType:    torch.Float64,
		},
		Schedule: Constant(),
		Epochs:   5,
		Batch:    batch,
	}
	replicas := make([]SGD, k)
	for i, rate := range rates {
		replicas[i] = SGD{LR: rate, Momentum: 0.9}
		p.Data.Rows = append(p.Data.Rows, rows)
		p.Order = append(p.Order, rng.New(seeds[i], "batches"))
	}
	p.Optimizer = NewSGD(weights, gradient, replicas)
	return p, gradient
}

// logits are what a problem's pass gives, without the way back.
func (p Problem) logits(x torch.Tensor) torch.Tensor {
	logits, _ := p.Pass(x)
	return logits
}

// learned trains a regression and returns the losses of each epoch and the logits of each replica.
func learned(t *testing.T, rates []float64, seeds []int64) (losses, logits [][]float64) {
	t.Helper()
	before := torch.Live()
	err := torch.Do(func(s *torch.Scope) error {
		p, _ := regression(s, rates, seeds, 16)
		err := Run(context.Background(), s, p, func(e Epoch) error {
			losses = append(losses, e.Loss)
			return nil
		})
		if err != nil {
			return err
		}
		logits, err = Predict(s, p.logits, p.Data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if after := torch.Live(); after != before {
		t.Errorf("%d tensors are left after training", after-before)
	}
	return losses, logits
}

func TestTrainingLearns(t *testing.T) {
	losses, logits := learned(t, []float64{0.1}, []int64{0})
	if first, last := losses[0][0], losses[len(losses)-1][0]; first > math.Ln2 || last > 0.15 {
		t.Errorf("mean loss goes from %.3f to %.3f; it should start below log 2 and end below 0.15", first, last)
	}
	if n := len(logits[0]); n != 100 {
		t.Errorf("%d logits of 50 examples and 2 classes", n)
	}
}

func TestReplicasTrainAsAlone(t *testing.T) {
	rates, seeds := []float64{0.1, 0.02, 0.1}, []int64{0, 0, 7}
	losses, logits := learned(t, rates, seeds)
	for k := range rates {
		aloneLosses, aloneLogits := learned(t, rates[k:k+1], seeds[k:k+1])
		for epoch := range aloneLosses {
			if losses[epoch][k] != aloneLosses[epoch][0] {
				t.Errorf("replica %d, epoch %d: loss %v, alone %v", k, epoch+1, losses[epoch][k], aloneLosses[epoch][0])
			}
		}
		if !slices.Equal(logits[k], aloneLogits[0]) {
			t.Errorf("replica %d ends with other logits than alone", k)
		}
	}
}

func TestEveryExampleIsSeenOnceAnEpoch(t *testing.T) {
	err := torch.Do(func(s *torch.Scope) error {
		p, _ := regression(s, []float64{0.1, 0.1}, []int64{3, 4}, 16)
		p.Epochs = 1
		var seen [2]float64
		var sizes []int
		whole := p.Data.Examples.Sum().Float64()
		pass := p.Pass
		p.Pass = func(x torch.Tensor) (torch.Tensor, func(torch.Tensor)) {
			sizes = append(sizes, x.Size(1))
			for replica, sum := range x.Sum(1, 2).Float64s() {
				seen[replica] += sum
			}
			return pass(x)
		}
		err := Run(context.Background(), s, p, func(Epoch) error { return nil })
		for replica, sum := range seen {
			if math.Abs(sum-whole) > 1e-9 {
				t.Errorf("replica %d: the examples seen sum to %v, all to %v", replica, sum, whole)
			}
		}
		if !slices.Equal(sizes, []int{16, 16, 16, 2}) {
			t.Errorf("batches of %v, want 16, 16, 16 and the rest", sizes)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTrainingEndsEarly(t *testing.T) {
	stop := errors.New("stop")
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	tests := []struct {
		name    string
		ctx     context.Context
		change  func(*Problem)
		observe func(Epoch) error
		check   func(error) bool
	}{
		{"diverged", context.Background(), func(p *Problem) {
			exact := p.Loss
			p.Loss = func(z, y torch.Tensor) (torch.Tensor, torch.Tensor) { return exact(z.MulScalar(1e308), y) }
		}, nil, func(err error) bool {
			var diverged *DivergedError
			return errors.As(err, &diverged) && diverged.Epoch == 1
		}},
		{"observer's error", context.Background(), nil, func(Epoch) error { return stop }, func(err error) bool { return errors.Is(err, stop) }},
		{"end of the context", ended, nil, nil, func(err error) bool { return errors.Is(err, context.Canceled) }},
		{"shapes that do not fit", context.Background(), func(p *Problem) {
			p.Pass = func(x torch.Tensor) (torch.Tensor, func(torch.Tensor)) { return x.Linear(x, x), func(torch.Tensor) {} }
		}, nil, func(err error) bool {
			var failed *torch.Error
			return errors.As(err, &failed) && !strings.Contains(err.Error(), "\n")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := torch.Live()
			err := torch.Do(func(s *torch.Scope) error {
				p, _ := regression(s, []float64{0.1}, []int64{0}, 16)
				if test.change != nil {
					test.change(&p)
				}
				observe := test.observe
				if observe == nil {
					observe = func(Epoch) error { return nil }
				}
				return Run(test.ctx, s, p, observe)
			})
			if !test.check(err) {
				t.Errorf("training ended with %v", err)
			}
			if after := torch.Live(); after != before {
				t.Errorf("%d tensors are left", after-before)
			}
		})
	}
}
