package train

import (
	"errors"
	"fmt"
	"slices"

	"experiment/internal/torch"
)

// State is where the training of one replica stands between two steps. Training that goes on from it makes
// the same bits as one that never paused.
type State struct {
	Epoch   int     // under way, counted from 1; one more than the last where all are done
	Step    int     // steps of that epoch that are made
	Order   uint64  // position of the replica's stream of batches before that epoch
	Loss    float64 // sum of the training loss over the examples of that epoch seen so far
	Tensors []Named // the weights and what the optimiser carries from step to step
}

// Named is a tensor of a State, without the dimension of replicas.
type Named struct {
	Name string
	torch.Array
}

// Keeper takes states of a training, so that it can go on when its process is gone.
type Keeper interface {
	// Due says whether the state is to be kept before the next step.
	Due() bool
	// Keep takes the state of each replica. What it cannot keep is its own affair.
	Keep(states []State)
}

// position is where K replicas stand.
type position struct {
	epoch, step int
	order       []uint64  // of each stream, before the epoch
	loss        []float64 // sums over the epoch so far
}

// start returns where training begins: at the first step or, after putting the tensors back, at Start.
func (p Problem) start(s *torch.Scope) (position, error) {
	at := position{epoch: 1, loss: make([]float64, len(p.Data.Rows))}
	if p.Start == nil {
		return at, nil
	}
	if err := p.Fits(p.Start); err != nil {
		return at, fmt.Errorf("resuming training: %w", err)
	}
	at.epoch, at.step = p.Start[0].Epoch, p.Start[0].Step
	for replica, state := range p.Start {
		p.Order[replica].Seek(state.Order)
		at.loss[replica] = state.Loss
	}
	p.Optimizer.Skip((at.epoch-1)*p.stepsPerEpoch() + at.step)
	return at, s.Region(func() error {
		return s.NoGrad(func() error {
			for i, t := range p.carried() {
				whole := p.Start[0].Tensors[i].Array
				whole.Shape, whole.Data = t.tensor.Shape(), nil
				for _, state := range p.Start {
					whole.Data = append(whole.Data, state.Tensors[i].Data...)
				}
				t.tensor.Copy_(torch.FromArray(s, whole))
			}
			return s.Err()
		})
	})
}

// Fits says why a training cannot go on from these states, one a replica, or nil where it can.
func (p Problem) Fits(states []State) error {
	if len(states) != len(p.Data.Rows) {
		return fmt.Errorf("there are %d states for %d replicas", len(states), len(p.Data.Rows))
	}
	for _, state := range states {
		epoch, step := state.Epoch, state.Step
		if epoch != states[0].Epoch || step != states[0].Step {
			return errors.New("the replicas are not at the same step")
		}
		done := epoch == p.Epochs+1 && step == 0
		if epoch < 1 || step < 0 || !done && (epoch > p.Epochs || step >= p.stepsPerEpoch()) {
			return fmt.Errorf("there is no step %d of epoch %d", step, epoch)
		}
		if err := p.fitTensors(state.Tensors); err != nil {
			return err
		}
	}
	return nil
}

func (p Problem) fitTensors(tensors []Named) error {
	carried := p.carried()
	if len(tensors) != len(carried) {
		return fmt.Errorf("there are %d tensors, not %d", len(tensors), len(carried))
	}
	for i, t := range carried {
		got, shape, dtype := tensors[i], t.tensor.Shape()[1:], t.tensor.DType()
		size := dtype.Size()
		for _, n := range shape {
			size *= n
		}
		if got.Name != t.name || got.DType != dtype || !slices.Equal(got.Shape, shape) || len(got.Data) != size {
			return fmt.Errorf("tensor %q is %s %v of %d bytes, not %q, %s %v of %d bytes", got.Name, got.DType, got.Shape, len(got.Data), t.name, dtype, shape, size)
		}
	}
	return nil
}

// carriedTensor is a tensor [K, P] that one step leaves to the next.
type carriedTensor struct {
	name   string
	tensor torch.Tensor
}

func (p Problem) carried() []carriedTensor {
	all := []carriedTensor{{"weights", p.Weights}}
	for i, t := range p.Optimizer.Buffers() {
		all = append(all, carriedTensor{fmt.Sprintf("buffer %d", i), t})
	}
	return all
}

// states copies the state of each replica to Go.
func (p Problem) states(at position) []State {
	states := make([]State, len(at.order))
	for replica := range states {
		states[replica] = State{Epoch: at.epoch, Step: at.step, Order: at.order[replica], Loss: at.loss[replica]}
	}
	for _, t := range p.carried() {
		whole := t.tensor.Array()
		if len(whole.Shape) == 0 { // an error, which the scope keeps
			return nil
		}
		size := len(whole.Data) / len(states)
		for replica := range states {
			part := torch.Array{DType: whole.DType, Shape: whole.Shape[1:], Data: whole.Data[replica*size : (replica+1)*size]}
			states[replica].Tensors = append(states[replica].Tensors, Named{t.name, part})
		}
	}
	return states
}
