package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"experiment/internal/torch"
)

// keeper keeps the states that are due: those before the steps given, counted over all epochs.
type keeper struct {
	due   func(step int) bool
	asked int
	kept  [][]State
}

func (k *keeper) Due() bool {
	k.asked++
	return k.due(k.asked - 1)
}

func (k *keeper) Keep(states []State) { k.kept = append(k.kept, states) }

// optimizers are those that a regression of two replicas is trained by.
var optimizers = map[string]build{
	"sgd": func(w, g torch.Tensor) Optimizer { return NewSGD(w, g, []SGD{{LR: 0.1}, {LR: 0.02, WeightDecay: 0.1}}) },
	"momentum": func(w, g torch.Tensor) Optimizer {
		return NewSGD(w, g, []SGD{{LR: 0.1, Momentum: 0.9, Nesterov: true}, {LR: 0.1, Momentum: 0.5, Nesterov: true}})
	},
	"adamw": func(w, g torch.Tensor) Optimizer {
		return NewAdamW(w, g, []AdamW{{0.1, 0.9, 0.999, 1e-8, 0}, {0.02, 0.5, 0.9, 1e-4, 0.1}})
	},
}

// trajectory is what a training leaves behind.
type trajectory struct {
	epochs []Epoch
	logits [][]float64
}

// train trains two replicas for three epochs of four steps, or what is left of them.
func train(ctx context.Context, optimizer build, k Keeper, from []State, observe func(Epoch) error) (trajectory, error) {
	return trainWith(ctx, optimizer, k, nil, from, observe)
}

func trainWith(ctx context.Context, optimizer build, k Keeper, r Recorder, from []State, observe func(Epoch) error) (trajectory, error) {
	var left trajectory
	err := torch.Do(func(s *torch.Scope) error {
		p, gradient := regression(s, []float64{0, 0}, []int64{3, 4}, 16)
		p.Epochs, p.Schedule, p.Optimizer, p.Keeper, p.Recorder, p.Start = 3, Cosine(0, 12, 0.1), optimizer(p.Weights, gradient), k, r, from
		err := Run(ctx, s, p, func(e Epoch) error {
			left.epochs = append(left.epochs, e)
			return observe(e)
		})
		if err == nil {
			left.logits, err = Predict(s, p.logits, p.Data)
		}
		return err
	})
	return left, err
}

func ignore(Epoch) error { return nil }

// TestResumedTrainingEndsWithTheSameBits goes on from before every step of a training, and from its end.
func TestResumedTrainingEndsWithTheSameBits(t *testing.T) {
	for name, optimizer := range optimizers {
		t.Run(name, func(t *testing.T) {
			before := torch.Live()
			every := &keeper{due: func(int) bool { return true }}
			whole, err := train(context.Background(), optimizer, every, nil, ignore)
			if err != nil {
				t.Fatal(err)
			}
			if len(every.kept) != 3*4+1 {
				t.Fatalf("%d states of 12 steps and their end", len(every.kept))
			}
			for i, states := range every.kept {
				if states[0].Epoch != 1+i/4 || states[0].Step != i%4 {
					t.Errorf("state %d is at epoch %d, step %d", i, states[0].Epoch, states[0].Step)
				}
				again := &keeper{due: func(int) bool { return true }}
				rest, err := train(context.Background(), optimizer, again, states, ignore)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := fmt.Sprint(rest.epochs), fmt.Sprint(whole.epochs[i/4:]); got != want {
					t.Errorf("from step %d on the epochs are\n%s, not\n%s", i, got, want)
				}
				if !slices.EqualFunc(rest.logits, whole.logits, slices.Equal) {
					t.Errorf("from step %d on training ends with other logits", i)
				}
				if got, want := fmt.Sprint(again.kept), fmt.Sprint(every.kept[i:]); got != want {
					t.Errorf("from step %d on the states differ", i)
				}
			}
			if after := torch.Live(); after != before {
				t.Errorf("%d tensors are left", after-before)
			}
		})
	}
}

// TestInterruptedTrainingIsKept interrupts while a step is made, and while an epoch is observed.
func TestInterruptedTrainingIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		interruptAt int // the step, or -1 for an observer that returns the error of the context
		epoch, step int
	}{
		"first step":      {0, 1, 0},
		"within an epoch": {6, 2, 2},
		"after the last":  {12, 4, 0},
		"while observed":  {-1, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			k := &keeper{}
			k.due = func(step int) bool {
				if step == c.interruptAt-1 {
					cancel() // noticed before the next step
				}
				return false
			}
			if c.interruptAt == 0 {
				cancel()
			}
			left, err := train(ctx, optimizers["adamw"], k, nil, func(Epoch) error {
				if c.interruptAt < 0 {
					cancel()
				}
				return ctx.Err()
			})
			if !errors.Is(err, context.Canceled) || left.logits != nil || len(k.kept) != 1 {
				t.Fatalf("training ended with %v and kept %d states", err, len(k.kept))
			}
			if at := k.kept[0][0]; at.Epoch != c.epoch || at.Step != c.step || len(left.epochs) != c.epoch-1 {
				t.Errorf("kept epoch %d, step %d after %d epochs", at.Epoch, at.Step, len(left.epochs))
			}
			whole, err := train(context.Background(), optimizers["adamw"], nil, nil, ignore)
			if err != nil {
				t.Fatal(err)
			}
			rest, err := train(context.Background(), optimizers["adamw"], nil, k.kept[0], ignore)
			if err != nil || !slices.EqualFunc(rest.logits, whole.logits, slices.Equal) {
				t.Errorf("the rest ends with other logits: %v", err)
			}
		})
	}
}

// TestAnErrorOfTheObserverIsNoInterruption holds that a state whose epoch nobody saw is not kept.
func TestAnErrorOfTheObserverIsNoInterruption(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	broken, k := errors.New("broken"), &keeper{due: func(int) bool { return false }}
	_, err := train(ctx, optimizers["sgd"], k, nil, func(Epoch) error {
		cancel()
		return broken
	})
	if !errors.Is(err, broken) || len(k.kept) != 0 {
		t.Errorf("training ended with %v and kept %d states", err, len(k.kept))
	}
}

func TestStatesThatDoNotFit(t *testing.T) {
	every := &keeper{due: func(int) bool { return true }}
	if _, err := train(context.Background(), optimizers["momentum"], every, nil, ignore); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(states []State) []State
		error  string
	}{
		"replicas":  {func(s []State) []State { return s[:1] }, "there are 1 states for 2 replicas"},
		"positions": {func(s []State) []State { s[1].Step--; return s }, "the replicas are not at the same step"},
		"step":      {func(s []State) []State { s[0].Step, s[1].Step = 4, 4; return s }, "there is no step 4 of epoch 2"},
		"epoch":     {func(s []State) []State { s[0].Epoch, s[1].Epoch = 4, 4; return s }, "there is no step 1 of epoch 4"},
		"negative":  {func(s []State) []State { s[0].Step, s[1].Step = -1, -1; return s }, "there is no step -1 of epoch 2"},
		"tensors":   {func(s []State) []State { s[1].Tensors = s[1].Tensors[:1]; return s }, "there are 1 tensors, not 2"},
		"name":      {func(s []State) []State { s[1].Tensors[1].Name = "other"; return s }, `tensor "other" is float64 [8] of 64 bytes, not "buffer 0"`},
		"type":      {func(s []State) []State { s[0].Tensors[0].DType = torch.Int64; return s }, `is int64 [8] of 64 bytes, not "weights", float64`},
		"shape":     {func(s []State) []State { s[0].Tensors[0].Shape = []int{2, 4}; return s }, "float64 [2 4] of 64 bytes"},
		"bytes":     {func(s []State) []State { s[0].Tensors[0].Data = s[0].Tensors[0].Data[:40]; return s }, "of 40 bytes, not"},
	} {
		t.Run(name, func(t *testing.T) {
			states := slices.Clone(every.kept[5])
			for i := range states {
				states[i].Tensors = slices.Clone(states[i].Tensors)
			}
			_, err := train(context.Background(), optimizers["momentum"], nil, c.change(states), ignore)
			if err == nil || !strings.HasPrefix(err.Error(), "resuming training: ") || !strings.Contains(err.Error(), c.error) {
				t.Errorf("error %v, want %s", err, c.error)
			}
		})
	}
}

// BenchmarkKeeping trains with a keeper to whom nothing is due, and without one.
func BenchmarkKeeping(b *testing.B) {
	began := time.Now()
	for name, k := range map[string]Keeper{
		"without": nil,
		"with":    &keeper{due: func(int) bool { return time.Since(began) > time.Hour }},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := train(context.Background(), optimizers["sgd"], k, nil, ignore); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
