// Package train holds the training loop, its optimisers and its schedules, for K replicas in lockstep.
package train

import (
	"context"
	"fmt"
	"math"

	"experiment/internal/rng"
	"experiment/internal/torch"
)

// Problem is everything that K replicas are trained with.
type Problem struct {
	Parameters []torch.Tensor                                  // [K, ...] each, with gradients required
	Forward    func(x torch.Tensor) torch.Tensor               // [K, N, ...] -> logits [K, N, C]
	Loss       func(logits, targets torch.Tensor) torch.Tensor // [K, N, C], [K, N] -> [K, N], or [K, 1] for the whole batch
	Data       Data
	Optimizer  Optimizer
	Schedule   Schedule
	Order      []*rng.Stream // the order of the batches, one stream a replica
	Epochs     int
	Batch      int // examples a step and replica; the last batch of an epoch may be smaller
}

// Epoch is what a pass over the training data leaves to observe.
type Epoch struct {
	Number int       // counted from 1
	Loss   []float64 // mean training loss of each replica over the epoch, while it learned
	Rate   float64   // share of the full learning rate at the last step
}

// DivergedError says that a loss or a logit was no longer finite.
type DivergedError struct {
	Replica int
	Epoch   int     // counted from 1
	What    string  // is not finite: "the loss" or "a logit"
	Value   float64 // of it
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("training diverged in epoch %d: %s is %v", e.Epoch, e.What, e.Value)
}

// Steps returns how many steps an epoch of that many examples has.
func Steps(examples, batch int) int { return (examples + batch - 1) / batch }

// Run trains. It calls observe after every epoch and ends at the first error of observe or libtorch,
// when the context ends, or with a DivergedError.
func Run(ctx context.Context, s *torch.Scope, p Problem, observe func(Epoch) error) error {
	replicas, examples := len(p.Data.Rows), len(p.Data.Rows[0])
	steps := Steps(examples, p.Batch)
	for epoch := 1; epoch <= p.Epochs; epoch++ {
		result := Epoch{Number: epoch}
		err := s.Region(func() error {
			order := p.Data.shuffled(s, p.Order)
			total := s.Zeros(torch.Float64, p.Data.Labels.Device(), replicas)
			for step := range steps {
				if err := ctx.Err(); err != nil {
					return err
				}
				start := step * p.Batch
				rows := order.Narrow(1, start, min(p.Batch, examples-start))
				result.Rate = p.Schedule((epoch-1)*steps + step)
				if err := p.step(s, rows, result.Rate, total); err != nil {
					return err
				}
			}
			result.Loss = total.DivScalar(float64(examples)).Float64s()
			return nil
		})
		if err != nil {
			return err
		}
		for replica, loss := range result.Loss {
			if math.IsNaN(loss) || math.IsInf(loss, 0) {
				return &DivergedError{Replica: replica, Epoch: epoch, What: "the loss", Value: loss}
			}
		}
		if err := observe(result); err != nil {
			return err
		}
	}
	return nil
}

// step trains on one batch, rows [K, B], and adds its losses, times B, to total [K].
func (p Problem) step(s *torch.Scope, rows torch.Tensor, rate float64, total torch.Tensor) error {
	return s.Region(func() error {
		x, y := p.Data.batch(rows)
		losses := p.Loss(p.Forward(x), y).Mean(1)
		losses.Sum().Backward()
		return s.NoGrad(func() error {
			p.Optimizer.Step(rate)
			for _, parameter := range p.Parameters {
				parameter.ZeroGrad()
			}
			total.AddScaled_(losses.Detach().ToDType(torch.Float64), float64(rows.Size(1)))
			return nil
		})
	})
}
