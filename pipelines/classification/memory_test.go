package classification

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"experiment/internal/rng"
	"experiment/internal/torch"
	"experiment/pipelines/loss"
	"experiment/pipelines/model"
	"experiment/pipelines/train"
)

// TestTrainingDoesNotGrow trains for many steps: neither the process nor the number of tensors grows after the first of them.
func TestTrainingDoesNotGrow(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("resident memory is read as Linux tells it")
	}
	// 100 steps an epoch. Go's heap takes some thousand steps to reach its size.
	const n, batch = 3200, 32
	warm, epochs := 50, 100
	if os.Getenv("EXPERIMENT_LONG") != "" {
		warm, epochs = 100, 1000
	}
	err := torch.Do(func(s *torch.Scope) error {
		stream := rng.New(1, "weights")
		network, err := model.MLP(s, model.Options{Replicas: 1, DType: dtype, Uniform: func(_ int, to []float64) { stream.Uniform(to) }}, 2, []int{8}, 3)
		if err != nil {
			return err
		}
		descent, err := loss.NewDescent(s, dtype, torch.CPU, loss.Member{Name: "brier"})
		if err != nil {
			return err
		}
		labels, rows := make([]int64, n), make([]int64, n)
		for i := range n {
			labels[i], rows[i] = int64(i%3), int64(i)
		}
		problem := train.Problem{
			Weights:   network.Weights,
			Pass:      network.Pass,
			Loss:      descent,
			Data:      train.Data{Examples: s.Zeros(dtype, torch.CPU, n, 2).AddScalar(1), Labels: torch.FromSlice(s, labels, n), Rows: [][]int64{rows}, DType: dtype},
			Optimizer: train.NewSGD(network.Weights, network.Gradient, []train.SGD{{LR: 0.01, Momentum: 0.9}}),
			Schedule:  train.Constant(),
			Order:     []*rng.Stream{rng.New(1, "batches")},
			Epochs:    epochs,
			Batch:     batch,
		}
		var resident, tensors int64
		err = train.Run(context.Background(), s, problem, func(e train.Epoch) error {
			if e.Number == warm {
				resident, tensors = residentBytes(t), torch.Live()
			}
			return nil
		})
		steps, grown := (epochs-warm)*n/batch, residentBytes(t)-resident
		t.Logf("the process grew by %d kB in %d steps", grown>>10, steps)
		if grown > 2<<20 {
			t.Errorf("that is more than 2 MB")
		}
		if grown := torch.Live() - tensors; grown != 0 {
			t.Errorf("%d more tensors are there after %d steps", grown, steps)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// residentBytes is the memory that the process has in use now.
func residentBytes(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
