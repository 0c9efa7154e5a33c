package main

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"

	"experiment/internal/rng"
	"experiment/internal/torch"
	"experiment/pipelines/loss"
	"experiment/pipelines/model"
	"experiment/pipelines/train"
)

const batch = 128

// A subject is a model to time the training of.
type subject struct {
	name  string
	shape []int // of an example
	// flops are floating-point operations of the matrix products of a step; 0 where they are not counted.
	flops float64
	batch int // examples of a step
	steps int // of a block, whose time is taken
	build func(*torch.Scope, model.Options) (*model.Model, error)
	class int // how many classes
}

func subjects() []subject {
	products := func(first, rest float64) float64 { return 2 * batch * (2*first + 3*rest) } // no gradient by the examples
	return []subject{
		{"small", []int{2}, 0, batch, 50, func(s *torch.Scope, o model.Options) (*model.Model, error) {
			return model.MLP(s, o, 2, []int{32, 32}, 3)
		}, 3},
		{"large", []int{784}, products(784*256, 256*256+256*10), batch, 10, func(s *torch.Scope, o model.Options) (*model.Model, error) {
			return model.MLP(s, o, 784, []int{256, 256}, 10)
		}, 10},
		{"cnn", []int{1, 28, 28}, 0, batch, 10, func(s *torch.Scope, o model.Options) (*model.Model, error) {
			return model.CNN(s, o, model.Image{Channels: 1, Height: 28, Width: 28}, 16, 10)
		}, 10},
	}
}

// A measurement is what this program and bench/pytorch.py print of a step.
type measurement struct {
	Microseconds float64 `json:"microseconds"` // a step and model, median over blocks
	Megabytes    float64 `json:"megabytes"`    // peak resident
}

// A machine is where steps are timed.
type machine struct {
	device        torch.Device
	deterministic bool // only algorithms that give the same bits every time, as a worker has it
	graph         bool // steps are recorded as a CUDA graph
}

// step times the training of replicas of a model in lockstep for some seconds, on one thread, as a worker trains it.
func step(on machine, name, lossName string, replicas int, lasting time.Duration) (measurement, error) {
	at := slices.IndexFunc(subjects(), func(s subject) bool { return s.name == name })
	if at < 0 {
		return measurement{}, fmt.Errorf("there is no model %q", name)
	}
	return subjects()[at].step(on, lossName, replicas, lasting)
}

func (m subject) step(on machine, lossName string, replicas int, lasting time.Duration) (measurement, error) {
	if err := prepare(on); err != nil {
		return measurement{}, err
	}
	if on.graph && !torch.CanRecord(on.device) {
		return measurement{}, fmt.Errorf("there are no CUDA graphs on %v with this libtorch", on.device)
	}
	var blocks []float64
	measure := func(s *torch.Scope) error {
		problem, err := m.problem(s, on.device, lossName, replicas)
		if err != nil {
			return err
		}
		var graphs train.Graphs
		if on.graph {
			problem.Recorder = &graphs
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		begin := time.Now()
		last := begin
		err = train.Run(ctx, s, problem, func(e train.Epoch) error {
			now := time.Now()
			if e.Number > 1 {
				steps := float64(train.Steps(len(problem.Data.Rows[0]), m.batch) * replicas)
				blocks = append(blocks, now.Sub(last).Seconds()*1e6/steps)
			}
			last = now
			if now.Sub(begin) > lasting {
				cancel()
			}
			return ctx.Err()
		})
		if ctx.Err() != nil {
			return graphs.Failure
		}
		return err
	}
	err := torch.Do(func(s *torch.Scope) error {
		if on.graph {
			return torch.OnOwnStream(on.device, func() error { return measure(s) })
		}
		return measure(s)
	})
	return measurement{median(blocks), peak()}, err
}

// prepare sets the process up as a worker does.
func prepare(on machine) error {
	torch.ReuseMemory()
	if err := torch.SetThreads(1); err != nil {
		return err
	}
	if err := torch.SetTF32(false); err != nil {
		return err
	}
	return torch.SetDeterministic(on.deterministic)
}

// problem is training on normal noise.
func (m subject) problem(s *torch.Scope, device torch.Device, lossName string, replicas int) (train.Problem, error) {
	noise := rng.New(1, "bench")
	streams := make([]*rng.Stream, replicas)
	members := make([]loss.Member, replicas)
	for i := range streams {
		streams[i] = rng.New(int64(i), "weights")
		members[i] = loss.Member{Name: lossName}
		if lossName == "focal" {
			members[i].Parameters = []float64{3, 0}
		}
	}
	network, err := m.build(s, model.Options{
		Replicas: replicas,
		DType:    torch.Float32,
		Device:   device,
		Uniform:  func(replica int, values []float64) { streams[replica].Uniform(values) },
	})
	if err != nil {
		return train.Problem{}, err
	}
	descent, err := loss.NewDescent(s, torch.Float32, device, members...)
	if err != nil {
		return train.Problem{}, err
	}
	n, size := m.steps*m.batch, 1
	for _, d := range m.shape {
		size *= d
	}
	examples, labels, rows := make([]float32, n*size), make([]int64, n), make([]int64, n)
	for i := range examples {
		examples[i] = float32(noise.Normal())
	}
	for i := range labels {
		labels[i], rows[i] = int64(i%m.class), int64(i)
	}
	sgd := slices.Repeat([]train.SGD{{LR: 0.001, Momentum: 0.9}}, replicas)
	return train.Problem{
		Weights: network.Weights,
		Pass:    network.Pass,
		Loss:    descent,
		Data: train.Data{
			Examples: torch.FromSlice(s, examples, append([]int{n}, m.shape...)...).ToDevice(device),
			Labels:   torch.FromSlice(s, labels, n).ToDevice(device),
			Rows:     slices.Repeat([][]int64{rows}, replicas),
			DType:    torch.Float32,
		},
		Optimizer: train.NewSGD(network.Weights, network.Gradient, sgd),
		Schedule:  train.Constant(),
		Order:     streams,
		Epochs:    1 << 40,
		Batch:     m.batch,
	}, nil
}

// peak is the largest resident memory of this process so far, in megabytes.
func peak() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Maxrss) / 1e3
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
