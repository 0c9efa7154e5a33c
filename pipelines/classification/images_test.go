package classification

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"experiment/internal/rng"
	"experiment/internal/run"
	"experiment/internal/torch"
)

// side is the height and width of the images of the tests.
const side = 8

// writeImages makes a data set of n training and test images: noise, with a bright row whose place is the label.
func writeImages(t *testing.T, folder string, n int) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"train", "t10k"} {
		noise := rng.New(1, part)
		images := idxHeader(3, n, side, side)
		labels := idxHeader(1, n)
		for i := range n {
			label := i % side
			labels = append(labels, byte(label))
			for y := range side {
				for range side {
					pixel := noise.Intn(100)
					if y == label {
						pixel += 120
					}
					images = append(images, byte(pixel))
				}
			}
		}
		for name, content := range map[string][]byte{"-images-idx3-ubyte": images, "-labels-idx1-ubyte": labels} {
			if err := os.WriteFile(filepath.Join(folder, part+name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func idxHeader(dimensions byte, sizes ...int) []byte {
	var b bytes.Buffer
	b.Write([]byte{0, 0, 8, dimensions})
	for _, size := range sizes {
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(size)))
	}
	return b.Bytes()
}

func TestImagesAreLearnedByBothModels(t *testing.T) {
	data := t.TempDir()
	writeImages(t, filepath.Join(data, "mnist"), 400)
	trainer := Trainer{Device: torch.CPU, DataDir: data}
	for _, model := range []string{"cnn", "mlp"} {
		t.Run(model, func(t *testing.T) {
			config := configured(t,
				run.Field{Path: "data.name", Value: "mnist"}, run.Field{Path: "data.train", Value: int64(200)},
				run.Field{Path: "data.validation", Value: int64(100)}, run.Field{Path: "data.test", Value: int64(300)},
				run.Field{Path: "model.name", Value: model}, run.Field{Path: "model.width", Value: int64(8)},
				run.Field{Path: "train.epochs", Value: int64(8)}, run.Field{Path: "train.batch", Value: int64(20)}, run.Field{Path: "optimizer.lr", Value: 0.02},
			)
			before := torch.Live()
			outputs, err := trainer.Run(context.Background(), []run.Config{config}, ignore)
			if err != nil {
				t.Fatal(err)
			}
			if after := torch.Live(); after != before {
				t.Errorf("%d tensors are left after a run", after-before)
			}
			if accuracy := value(t, outputs[0], run.Test, run.Uncalibrated, "accuracy"); accuracy < 0.95 {
				t.Errorf("test accuracy is %.3f on an easy problem, want at least 0.95", accuracy)
			}
			if n := len(outputs[0].Predictions[1].Labels); n != 300 {
				t.Errorf("%d test predictions, want 300", n)
			}
		})
	}
}

func TestAnotherDataFolderIsReadAnew(t *testing.T) {
	var checksums []string
	trainer := Trainer{Device: torch.CPU}
	config := configured(t,
		run.Field{Path: "data.name", Value: "mnist"}, run.Field{Path: "data.train", Value: int64(10)},
		run.Field{Path: "data.validation", Value: int64(10)}, run.Field{Path: "data.test", Value: int64(10)},
		run.Field{Path: "train.epochs", Value: int64(1)},
	)
	for _, images := range []int{40, 50} {
		trainer.DataDir = t.TempDir()
		writeImages(t, filepath.Join(trainer.DataDir, "mnist"), images)
		outputs, err := trainer.Run(context.Background(), []run.Config{config}, ignore)
		if err != nil {
			t.Fatal(err)
		}
		checksums = append(checksums, outputs[0].DataChecksum)
	}
	if checksums[0] == checksums[1] {
		t.Error("the data of another folder were not read")
	}
}
