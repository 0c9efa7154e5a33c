package classification

import (
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"experiment/internal/rng"
	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/pipelines/dataset"
)

var update = flag.Bool("update", false, "rewrite the inputs of testdata/pytorch.py where they changed")

const pytorchFile = "testdata/pytorch.json"

// pytorchRuns are trainings that PyTorch repeated in single precision: see testdata/pytorch.py.
type pytorchRuns struct {
	Version string               `json:"version"` // of PyTorch
	Runs    map[string]parityRun `json:"runs"`
}

type parityRun struct {
	Inputs   parityInputs    `json:"inputs"`
	Expected *parityExpected `json:"expected,omitempty"`
}

// parityInputs are all that a training starts from. What this project draws at random is written out.
type parityInputs struct {
	Model       string        `json:"model"`
	Gamma       float64       `json:"gamma"` // of the focal loss
	LR          float64       `json:"lr"`
	Momentum    float64       `json:"momentum"`
	Nesterov    bool          `json:"nesterov"`
	WeightDecay float64       `json:"weight_decay"`
	Warmup      float64       `json:"warmup"` // epochs
	Final       float64       `json:"final"`  // share of the learning rate at the end of the cosine
	Batch       int           `json:"batch"`
	Parameters  []parityArray `json:"parameters"` // weights [in, out] or [out, in, h, w], then biases, by layers
	Train       parityData    `json:"train"`
	Targets     []int64       `json:"targets"` // of the training examples
	Test        parityData    `json:"test"`
	Order       [][]int       `json:"order"` // of the training examples in each epoch
}

type parityArray struct {
	Shape  []int     `json:"shape"`
	Values []float32 `json:"values"`
}

// parityData is a split, as floats or as bytes v that stand for (v/255 - Mean)/Std.
type parityData struct {
	Shape  []int     `json:"shape"` // [n, ...]
	Floats []float32 `json:"floats,omitempty"`
	Bytes  []byte    `json:"bytes,omitempty"` // in base64
	Mean   float64   `json:"mean"`
	Std    float64   `json:"std"`
}

type parityExpected struct {
	Losses []float64 `json:"losses"` // mean over each epoch, while it learned
	Rates  []float64 `json:"rates"`  // learning rate at the last step of each epoch
	Logits []float64 `json:"logits"` // of the test split, [n, classes] row-major
}

// parityConfigs are the trainings: their batches leave a smaller one at the end, the first one's warm-up ends amid an epoch.
func parityConfigs(t *testing.T) map[string]run.Config {
	t.Helper()
	focal := run.Field{Path: "loss.name", Value: "focal"}
	return map[string]run.Config{
		"mlp": configured(t, focal, run.Field{Path: "loss.gamma", Value: 3.0}, run.Field{Path: "seed", Value: int64(7)},
			run.Field{Path: "data.train", Value: int64(90)}, run.Field{Path: "data.validation", Value: int64(20)}, run.Field{Path: "data.test", Value: int64(40)},
			run.Field{Path: "model.width", Value: int64(8)}, run.Field{Path: "model.depth", Value: int64(2)},
			run.Field{Path: "optimizer.weight_decay", Value: 0.005},
			run.Field{Path: "optimizer.schedule.warmup", Value: 1.5}, run.Field{Path: "optimizer.schedule.final", Value: 0.05},
			run.Field{Path: "train.epochs", Value: int64(8)}),
		"cnn": configured(t, focal, run.Field{Path: "loss.gamma", Value: 0.5}, run.Field{Path: "seed", Value: int64(3)},
			run.Field{Path: "data.name", Value: "mnist"},
			run.Field{Path: "data.train", Value: int64(60)}, run.Field{Path: "data.validation", Value: int64(20)}, run.Field{Path: "data.test", Value: int64(24)},
			run.Field{Path: "model.name", Value: "cnn"}, run.Field{Path: "model.width", Value: int64(4)},
			run.Field{Path: "optimizer.lr", Value: 0.05}, run.Field{Path: "optimizer.nesterov", Value: true},
			run.Field{Path: "train.epochs", Value: int64(6)}, run.Field{Path: "train.batch", Value: int64(16)}),
	}
}

// TestTrainingFollowsPyTorch trains on what PyTorch trained on. Rounding alone parts the two, each of which is correct: 1e-5 of a loss and
// 1e-4 of the largest logit bound what it grows to.
func TestTrainingFollowsPyTorch(t *testing.T) {
	data := t.TempDir()
	writeImages(t, filepath.Join(data, "mnist"), 80)
	configs := parityConfigs(t)
	inputs := map[string]parityInputs{}
	for name, config := range configs {
		inputs[name] = parityInputsOf(t, config, data)
	}
	golden := readParity(t, inputs)
	for name, config := range configs {
		t.Run(name, func(t *testing.T) {
			// Normal deviates may differ in the last bit between processors.
			if diff := cmp.Diff(golden.Runs[name].Inputs, inputs[name], cmpopts.EquateApprox(1e-6, 0)); diff != "" {
				t.Fatalf("training starts from something else than PyTorch's did; if it is meant to, run testdata/pytorch.py anew:\n%s", diff)
			}
			want := golden.Runs[name].Expected
			if want == nil {
				t.Fatalf("%s lacks what PyTorch computes: run testdata/pytorch.py", pytorchFile)
			}
			got := trainForParity(t, config, data)
			largest := max(slices.Max(want.Logits), -slices.Min(want.Logits))
			within(t, "loss", got.Losses, want.Losses, func(loss float64) float64 { return 1e-5 * loss })
			within(t, "learning rate", got.Rates, want.Rates, func(rate float64) float64 { return 1e-12 * rate })
			within(t, "logit", got.Logits, want.Logits, func(float64) float64 { return 1e-4 * largest })
		})
	}
}

func within(t *testing.T, what string, got, want []float64, tolerance func(float64) float64) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d of %s, want %d", len(got), what, len(want))
	}
	for i := range want {
		if diff := math.Abs(got[i] - want[i]); !(diff <= tolerance(want[i])) {
			t.Errorf("%s %d is %v, in PyTorch %v: off by %.1e, more than %.1e", what, i, got[i], want[i], diff, tolerance(want[i]))
		}
	}
}

// readParity reads the golden file. With -update it first writes other inputs to it, without what PyTorch makes of them.
func readParity(t *testing.T, inputs map[string]parityInputs) pytorchRuns {
	t.Helper()
	var stored pytorchRuns
	content, err := os.ReadFile(pytorchFile)
	if err == nil {
		err = json.Unmarshal(content, &stored)
	}
	if !*update {
		if err != nil {
			t.Fatal(err)
		}
		return stored
	}
	fresh := pytorchRuns{Version: stored.Version, Runs: map[string]parityRun{}}
	for name, in := range inputs {
		fresh.Runs[name] = parityRun{Inputs: in}
		if cmp.Equal(stored.Runs[name].Inputs, in) {
			fresh.Runs[name] = stored.Runs[name]
		}
	}
	if cmp.Equal(stored, fresh) {
		return stored
	}
	if content, err = json.Marshal(fresh); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pytorchFile, append(content, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	return fresh
}

func trainForParity(t *testing.T, config run.Config, data string) parityExpected {
	t.Helper()
	var got parityExpected
	trainer := Trainer{Device: torch.CPU, DataDir: data}
	outputs, err := trainer.Run(context.Background(), []run.Config{config}, hearing(func(_ int, e run.Epoch) error {
		for _, m := range e.Metrics {
			switch m.Name {
			case "loss":
				got.Losses = append(got.Losses, float64(m.Value))
			case "learning_rate":
				got.Rates = append(got.Rates, float64(m.Value))
			}
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range outputs[0].Predictions {
		if p.Split == run.Test {
			got.Logits = p.Logits
		}
	}
	return got
}

// parityInputsOf draws what a run of this configuration draws.
func parityInputsOf(t *testing.T, config run.Config, data string) parityInputs {
	t.Helper()
	member, err := decode(config)
	if err != nil {
		t.Fatal(err)
	}
	source, err := open(member.data, data)
	if err != nil {
		t.Fatal(err)
	}
	sample, err := source.Sample(member.seed, member.data.sizes)
	if err != nil {
		t.Fatal(err)
	}
	sgd := member.optimizer.sgd
	in := parityInputs{
		Model: member.model.name, Gamma: member.loss.Parameters[0],
		LR: sgd.LR, Momentum: sgd.Momentum, Nesterov: sgd.Nesterov, WeightDecay: sgd.WeightDecay,
		Warmup: member.schedule.warmup, Final: member.schedule.final, Batch: member.batch,
		Train: parityDataOf(source.Info(), sample.Train), Targets: sample.Train.Labels(), Test: parityDataOf(source.Info(), sample.Test),
	}
	stream := rng.New(member.seed, "batches")
	for range member.epochs {
		in.Order = append(in.Order, stream.Perm(sample.Train.Len()))
	}
	err = torch.Do(func(s *torch.Scope) error {
		network, err := buildModel(s, torch.CPU, source.Info(), []settings{member})
		if err != nil {
			return err
		}
		for _, p := range network.Parameters {
			array := parityArray{Shape: p.Value.Shape()[1:]}
			for _, value := range p.Value.Float64s() {
				array.Values = append(array.Values, float32(value))
			}
			in.Parameters = append(in.Parameters, array)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func parityDataOf(info dataset.Info, view dataset.View) parityData {
	data := parityData{Shape: append([]int{view.Len()}, info.Shape...), Mean: info.Mean, Std: info.Std}
	size := int64(1)
	for _, n := range info.Shape {
		size *= int64(n)
	}
	for _, row := range view.Rows {
		if view.Examples.Bytes != nil {
			data.Bytes = append(data.Bytes, view.Examples.Bytes[row*size:(row+1)*size]...)
		} else {
			data.Floats = append(data.Floats, view.Examples.Floats[row*size:(row+1)*size]...)
		}
	}
	return data
}
