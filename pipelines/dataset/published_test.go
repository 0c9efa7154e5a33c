package dataset

import (
	"crypto/md5"
	"fmt"
	"math"
	"os"
	"testing"
)

// The real data sets, in the folder that EXPERIMENT_DATA names.
func TestPublishedData(t *testing.T) {
	dir := os.Getenv("EXPERIMENT_DATA")
	if dir == "" {
		t.Skip("EXPERIMENT_DATA is not set: no real data to read")
	}
	if testing.Short() {
		t.Skip("reads 140,000 images")
	}
	for name, want := range map[string]struct {
		mean, std float64
		md5       string // of the unpacked training images, as published
	}{
		"mnist":         {.1307, .3081, "6bbc9ace898e44ae57da46a324031adb"},
		"fashion-mnist": {.2860, .3530, ""},
	} {
		t.Run(name, func(t *testing.T) {
			images, err := LoadImages(dir, name)
			if err != nil {
				t.Fatal(err)
			}
			info := images.Info()
			if math.Abs(info.Mean-want.mean) > 5e-5 || math.Abs(info.Std-want.std) > 5e-5 {
				t.Errorf("mean is %.5f and std %.5f", info.Mean, info.Std)
			}
			training, test := len(images.training.Labels), len(images.test.Labels)
			if fmt.Sprint(info.Shape) != "[1 28 28]" || training != 60_000 || test != 10_000 {
				t.Errorf("%d and %d images of shape %v", training, test, info.Shape)
			}
			file := encodeIDX([]int{60_000, 28, 28}, images.training.Bytes)
			if sum := fmt.Sprintf("%x", md5.Sum(file)); want.md5 != "" && sum != want.md5 {
				t.Errorf("md5 of the training images is %s", sum)
			}
		})
	}
}
