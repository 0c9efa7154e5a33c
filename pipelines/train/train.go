// Package train holds the training loop, its optimisers and its schedules, for K replicas in lockstep.
package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"experiment/internal/rng"
	"experiment/internal/torch"
)

// Problem is everything that K replicas are trained with.
type Problem struct {
	Weights torch.Tensor // [K, P], everything that is learned
	// Pass maps a batch [K, N, ...] to logits [K, N, C]; backward makes the gradient of the weights, which the Optimizer
	// reads, from that of the logits.
	Pass func(x torch.Tensor) (logits torch.Tensor, backward func(gradient torch.Tensor))
	// Loss is the mean loss of each replica, float64 [K], and the gradient by the logits of their sum.
	Loss      func(logits, targets torch.Tensor) (loss, gradient torch.Tensor)
	Data      Data
	Optimizer Optimizer
	Schedule  Schedule
	Order     []*rng.Stream // the order of the batches, one stream a replica
	Epochs    int
	Batch     int      // examples a step and replica; the last batch of an epoch may be smaller
	Start     []State  // of each replica, where to go on; nil is the beginning
	Keeper    Keeper   // may be nil
	Recorder  Recorder // may be nil
	// Diverged is told after every epoch of each replica whose loss is not finite, and returns the error that ends the
	// training; where that is nil, the others go on untouched. Where Diverged is nil the first such replica ends it.
	Diverged func(*DivergedError) error
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

func (p Problem) stepsPerEpoch() int { return Steps(len(p.Data.Rows[0]), p.Batch) }

// Run trains. It calls observe after every epoch and ends at the first error of observe or libtorch,
// when the context ends, or with what becomes of a DivergedError. The Keeper gets the state when it is due, and when the
// context ends, be it that observe is the first to notice.
func Run(ctx context.Context, s *torch.Scope, p Problem, observe func(Epoch) error) error {
	at, err := p.start(s)
	if err != nil {
		return err
	}
	steps := newStepper(s, p)
	defer steps.close()
	for at.epoch <= p.Epochs {
		result, err := steps.epoch(ctx, s, at)
		if err != nil {
			return err
		}
		for replica, loss := range result.Loss {
			if math.IsNaN(loss) || math.IsInf(loss, 0) {
				if err := p.diverged(&DivergedError{Replica: replica, Epoch: at.epoch, What: "the loss", Value: loss}); err != nil {
					return err
				}
			}
		}
		at = position{epoch: at.epoch + 1, loss: make([]float64, len(at.loss))}
		if err := observe(result); err != nil && (ctx.Err() == nil || !errors.Is(err, ctx.Err())) {
			return err
		}
	}
	at.order = p.positions()
	return p.pause(ctx, s, at, func() []float64 { return at.loss })
}

func (p Problem) diverged(e *DivergedError) error {
	if p.Diverged == nil {
		return e
	}
	return p.Diverged(e)
}

// epoch trains from where the replicas stand to the end of the epoch.
func (m *stepper) epoch(ctx context.Context, s *torch.Scope, at position) (Epoch, error) {
	at.order = m.positions()
	examples, steps := len(m.Data.Rows[0]), m.stepsPerEpoch()
	rates := make([]float64, steps)
	for step := range rates {
		rates[step] = m.Schedule((at.epoch-1)*steps + step)
	}
	result := Epoch{Number: at.epoch, Rate: rates[steps-1]}
	err := s.Region(func() error {
		order := m.Data.shuffled(s, m.Order)
		m.Optimizer.Plan(rates[at.step:])
		m.total.Copy_(torch.FromSlice(s, at.loss, len(at.loss)))
		for ; at.step < steps; at.step++ {
			if err := m.pause(ctx, s, at, m.total.Float64s); err != nil {
				return err
			}
			start := at.step * m.Batch
			rows := order.Narrow(1, start, min(m.Batch, examples-start))
			m.Optimizer.Next()
			if err := m.make(s, rows); err != nil {
				return err
			}
		}
		result.Loss = m.total.DivScalar(float64(examples)).Float64s()
		return nil
	})
	return result, err
}

// positions returns where the streams of batches stand.
func (p Problem) positions() []uint64 {
	positions := make([]uint64, len(p.Order))
	for i, stream := range p.Order {
		positions[i] = stream.Position()
	}
	return positions
}

// pause comes between steps: it keeps the state where that is due, and where the context has ended, whose error
// it returns.
func (p Problem) pause(ctx context.Context, s *torch.Scope, at position, loss func() []float64) error {
	ended := ctx.Err()
	if p.Keeper == nil || ended == nil && !p.Keeper.Due() {
		return ended
	}
	err := s.Region(func() error {
		at.loss = loss()
		states := p.states(at)
		if s.Err() == nil {
			p.Keeper.Keep(states)
		}
		return s.Err()
	})
	if err != nil {
		return err
	}
	return ended
}

// step trains on one batch, rows [K, B], and adds its losses, times B, to total [K]. Everything that it does is done on the
// device.
func (p Problem) step(s *torch.Scope, rows, total torch.Tensor) error {
	return s.Region(func() error {
		x, y := p.Data.batch(rows)
		logits, backward := p.Pass(x)
		loss, gradient := p.Loss(logits, y)
		backward(gradient)
		p.Optimizer.Step()
		total.AddScaled_(loss, float64(rows.Size(1)))
		return nil
	})
}
