package dataset

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden is the start of what seed 1 draws.
type golden struct {
	Train, Validation []int64 // rows of 60,000 images
	Labels            []int64 // of gaussians
	Features          []float32
	Posterior         []float64
	Checksum          string
}

// Recorded results depend on these draws: others are another version of the generator.
func TestDrawsStayTheSame(t *testing.T) {
	const path = "testdata/draws.json"
	split, err := numbered(60_000, 10_000).Sample(1, Sizes{Train: 8, Validation: 8})
	if err != nil {
		t.Fatal(err)
	}
	p := GaussianParameters{Classes: 4, Dimensions: 3, Separation: 3, LabelNoise: .2}
	points := generate(t, p, 1, Sizes{Train: 5, Test: 1}).Train
	source, err := NewGaussians(p)
	if err != nil {
		t.Fatal(err)
	}
	got := golden{split.Train.Rows, split.Validation.Rows, points.Labels(), points.Examples.Floats,
		points.Posterior(), source.Info().Checksum}
	if *update {
		b, err := json.MarshalIndent(got, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want golden
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	near32 := func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-6 }
	near64 := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
	if !slices.Equal(got.Train, want.Train) || !slices.Equal(got.Validation, want.Validation) ||
		!slices.Equal(got.Labels, want.Labels) || got.Checksum != want.Checksum ||
		!slices.EqualFunc(got.Features, want.Features, near32) || !slices.EqualFunc(got.Posterior, want.Posterior, near64) {
		t.Errorf("draws are %+v, want %+v", got, want)
	}
}
