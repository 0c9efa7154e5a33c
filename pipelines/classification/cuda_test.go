package classification

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/pipelines/catalogue"
)

// gpu returns the first CUDA device, set up as a worker sets it up, and skips the test where there is none.
func gpu(t *testing.T) torch.Device {
	t.Helper()
	if torch.ReadInfo().CUDADevices == 0 {
		t.Skip("libtorch sees no CUDA device")
	}
	t.Setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
	if err := torch.SetDeterministic(true); err != nil {
		t.Fatal(err)
	}
	device, err := torch.ParseDevice("cuda:0")
	if err != nil {
		t.Fatal(err)
	}
	return device
}

// cudaConfigs are a network of each kind, and the folder of what they learn.
func cudaConfigs(t *testing.T) (configs map[string]func(changes ...run.Field) run.Config, data string) {
	t.Helper()
	data = t.TempDir()
	writeImages(t, filepath.Join(data, "mnist"), 400)
	return map[string]func(changes ...run.Field) run.Config{
		"mlp": func(changes ...run.Field) run.Config { return configured(t, changes...) },
		"cnn": func(changes ...run.Field) run.Config { return imageConfig(t, changes...) },
	}, data
}

// losing are the settings of a loss with its own coefficients, for so many epochs.
func losing(loss catalogue.Choice, epochs int) []run.Field {
	fields := []run.Field{{Path: "loss.name", Value: loss.Name}, {Path: "train.epochs", Value: int64(epochs)}}
	for _, p := range loss.Parameters {
		fields = append(fields, run.Field{Path: "loss." + p.Name, Value: p.Default})
	}
	return fields
}

// TestCUDATrainsAsTheCPU compares the losses and accuracies of a GPU with those of the CPU, for every loss and optimiser.
func TestCUDATrainsAsTheCPU(t *testing.T) {
	device := gpu(t)
	configs, data := cudaConfigs(t)
	for name, config := range configs {
		for _, loss := range catalogue.Losses() {
			changes := losing(loss, 2)
			t.Run(name+" "+loss.Name, func(t *testing.T) {
				want, got := trainedOn(t, torch.CPU, data, config(changes...))[0], trainedOn(t, device, data, config(changes...))[0]
				for _, metric := range []string{"nll", "brier"} {
					a, b := value(t, want, run.Test, run.Uncalibrated, metric), value(t, got, run.Test, run.Uncalibrated, metric)
					if math.Abs(a-b) > 1e-3*(1+math.Abs(a)) {
						t.Errorf("%s is %v, on the CPU %v", metric, b, a)
					}
				}
			})
		}
	}
}

// TestCUDAIsDeterministic repeats runs, alone and in lockstep, and finds the same bits.
func TestCUDAIsDeterministic(t *testing.T) {
	device := gpu(t)
	configs, data := cudaConfigs(t)
	for name, config := range configs {
		t.Run(name, func(t *testing.T) {
			group := []run.Config{config(), config(run.Field{Path: "seed", Value: int64(5)})}
			if diff := cmp.Diff(trainedOn(t, device, data, group[0]), trainedOn(t, device, data, group[0]), undefinedIsEqual); diff != "" {
				t.Errorf("repeated it differs:\n%s", diff)
			}
			if diff := cmp.Diff(trainedOn(t, device, data, group...), trainedOn(t, device, data, group...), undefinedIsEqual); diff != "" {
				t.Errorf("in lockstep, repeated, it differs:\n%s", diff)
			}
		})
	}
}

// TestCUDAPrecisions trains in each precision to nearly the same accuracy.
func TestCUDAPrecisions(t *testing.T) {
	device := gpu(t)
	configs, data := cudaConfigs(t)
	for name, config := range configs {
		want := value(t, trainedOn(t, device, data, config())[0], run.Test, run.Uncalibrated, "accuracy")
		for _, p := range []string{catalogue.TF32, catalogue.BFloat16} {
			t.Run(name+" "+p, func(t *testing.T) {
				got := value(t, trainedOn(t, device, data, config(precision(p)))[0], run.Test, run.Uncalibrated, "accuracy")
				if math.Abs(got-want) > 0.03 {
					t.Errorf("the accuracy is %v, in float32 %v", got, want)
				}
			})
		}
	}
}

// TestCUDAOutOfMemory asks for far more than there is, and trains afterwards.
func TestCUDAOutOfMemory(t *testing.T) {
	device := gpu(t)
	configs, data := cudaConfigs(t)
	const examples = 400_000 // whose activations take 105 GB, twice
	huge := configs["mlp"](run.Field{Path: "model.width", Value: int64(65536)}, run.Field{Path: "data.train", Value: int64(examples)}, run.Field{Path: "train.batch", Value: int64(examples)})
	_, err := (&Trainer{Device: device}).Run(context.Background(), []run.Config{huge}, ignore)
	if !errors.Is(err, torch.ErrOutOfMemory) {
		t.Fatalf("it ends with %v", err)
	}
	if after := trainedOn(t, device, data, configs["mlp"]())[0]; after.DeviceMemory <= 0 {
		t.Errorf("%d bytes of the device are in use", after.DeviceMemory)
	}
}

// TestCUDAGraphLeavesTheSameBits trains in lockstep with recorded steps, for every loss.
func TestCUDAGraphLeavesTheSameBits(t *testing.T) {
	device := gpu(t)
	configs, data := cudaConfigs(t)
	for name, config := range configs {
		for _, loss := range catalogue.Losses() {
			changes := losing(loss, 3)
			t.Run(name+" "+loss.Name, func(t *testing.T) {
				group := []run.Config{config(changes...), config(append(changes, run.Field{Path: "seed", Value: int64(5)})...)}
				want := trainedOn(t, device, data, group...)
				trainer := Trainer{Device: device, DataDir: data, Graph: true}
				got, err := trainer.Run(context.Background(), group, ignore)
				if err != nil {
					t.Fatal(err)
				}
				for i := range got {
					if diff := cmp.Diff(want[i].Predictions, got[i].Predictions); diff != "" || !got[i].Replayed {
						t.Errorf("run %d was replayed: %v, and differs:\n%s", i, got[i].Replayed, diff)
					}
				}
			})
		}
	}
}
