package classification

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/pipelines/catalogue"
)

func precision(name string) run.Field { return run.Field{Path: "train.precision", Value: name} }

// undefinedIsEqual compares numbers of which some are undefined on both sides.
var undefinedIsEqual = cmp.Comparer(func(a, b run.Number) bool { return a == b || math.IsNaN(float64(a)) && math.IsNaN(float64(b)) })

// imageConfig is a small convolutional network on the images of writeImages.
func imageConfig(t *testing.T, changes ...run.Field) run.Config {
	t.Helper()
	return configured(t, append([]run.Field{
		{Path: "data.name", Value: "mnist"}, {Path: "data.train", Value: int64(200)}, {Path: "data.validation", Value: int64(100)}, {Path: "data.test", Value: int64(300)},
		{Path: "model.name", Value: "cnn"}, {Path: "model.width", Value: int64(8)},
		{Path: "train.epochs", Value: int64(8)}, {Path: "train.batch", Value: int64(20)}, {Path: "optimizer.lr", Value: 0.02},
	}, changes...)...)
}

// trainedOn trains a group on a device and data that lie in a folder.
func trainedOn(t *testing.T, device torch.Device, data string, group ...run.Config) []Output {
	t.Helper()
	before := torch.Live()
	outputs, err := (&Trainer{Device: device, DataDir: data}).Run(context.Background(), group, ignore)
	if err != nil {
		t.Fatal(err)
	}
	if after := torch.Live(); after != before {
		t.Errorf("%d tensors are left after a run", after-before)
	}
	for i := range outputs {
		outputs[i].Result.Seconds = 0
	}
	return outputs
}

// TestBFloat16LearnsAsMuch trains in bfloat16: other digits, and nearly the same accuracy.
func TestBFloat16LearnsAsMuch(t *testing.T) {
	data := t.TempDir()
	writeImages(t, filepath.Join(data, "mnist"), 400)
	for name, config := range map[string]func(changes ...run.Field) run.Config{
		"mlp": func(changes ...run.Field) run.Config { return configured(t, changes...) },
		"cnn": func(changes ...run.Field) run.Config { return imageConfig(t, changes...) },
	} {
		t.Run(name, func(t *testing.T) {
			whole := trainedOn(t, torch.CPU, data, config())[0]
			rounded := trainedOn(t, torch.CPU, data, config(precision(catalogue.BFloat16)))[0]
			if slices.Equal(whole.Predictions[0].Logits, rounded.Predictions[0].Logits) {
				t.Error("bfloat16 gives the logits of float32")
			}
			want, got := value(t, whole, run.Test, run.Uncalibrated, "accuracy"), value(t, rounded, run.Test, run.Uncalibrated, "accuracy")
			if math.Abs(got-want) > 0.03 {
				t.Errorf("the accuracy is %v, in float32 %v", got, want)
			}
			again := trainedOn(t, torch.CPU, data, config(precision(catalogue.BFloat16)))[0]
			if diff := cmp.Diff(rounded, again, undefinedIsEqual); diff != "" {
				t.Errorf("repeated it differs:\n%s", diff)
			}
		})
	}
}

// TestPrecisionOfFloat32AndTF32 holds that naming the default changes nothing, and that TF32 is float32 on a CPU, which is said.
func TestPrecisionOfFloat32AndTF32(t *testing.T) {
	want := trained(t, configured(t))[0]
	if diff := cmp.Diff(want, trained(t, configured(t, precision(catalogue.Float32)))[0]); diff != "" {
		t.Errorf("float32 is not the default:\n%s", diff)
	}
	got := trained(t, configured(t, precision(catalogue.TF32)))[0]
	if !slices.Equal(got.Predictions[0].Logits, want.Predictions[0].Logits) || !slices.Contains(got.Notes, "precision tf32 is float32 on a CPU") {
		t.Errorf("tf32 gives other logits, or says nothing: %q", got.Notes)
	}
}

// TestAResumedRunInBFloat16IsBitwiseTheSame holds that the rounded weights are no state of their own.
func TestAResumedRunInBFloat16IsBitwiseTheSame(t *testing.T) {
	group := []run.Config{configured(t, precision(catalogue.BFloat16)), configured(t, precision(catalogue.BFloat16), run.Field{Path: "seed", Value: int64(5)})}
	whole, heard, err := trainedBy(t, &keeping{}, group)
	if err != nil {
		t.Fatal(err)
	}
	first := &keeping{interrupt: 17}
	if _, _, err := trainedBy(t, first, group); err == nil {
		t.Fatal("it was not interrupted")
	}
	rest, again, err := trainedBy(t, &keeping{from: first.kept[len(first.kept)-1]}, group)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, rest); diff != "" {
		t.Errorf("it ends otherwise:\n%s", diff)
	}
	if diff := cmp.Diff(heard, again); diff != "" {
		t.Errorf("it has another history:\n%s", diff)
	}
}

// TestRunsOfOnePrecisionOnly refuses a group of two.
func TestRunsOfOnePrecisionOnly(t *testing.T) {
	group := []run.Config{configured(t), configured(t, precision(catalogue.BFloat16))}
	if _, err := (&Trainer{Device: torch.CPU}).Run(context.Background(), group, ignore); err == nil {
		t.Error("runs of two precisions are trained in lockstep")
	}
}
