package dataset

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// numbered is a data set of so many images without pixels.
func numbered(training, test int) *Images {
	return &Images{
		info:     Info{Name: "mnist"},
		training: &Examples{Labels: upTo(training)},
		test:     &Examples{Labels: upTo(test)},
	}
}

func TestSplitsAreDisjointAndNested(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		sizes := Sizes{Train: rapid.IntRange(1, n).Draw(t, "train")}
		sizes.Validation = rapid.IntRange(0, n-sizes.Train).Draw(t, "validation")
		seed := rapid.Int64().Draw(t, "seed")
		images := numbered(n, 5)
		s, err := images.Sample(seed, sizes)
		if err != nil {
			t.Fatal(err)
		}
		if s.Train.Len() != sizes.Train || s.Validation.Len() != sizes.Validation || s.Test.Len() != 5 {
			t.Fatalf("sizes are %d, %d, %d, want %+v", s.Train.Len(), s.Validation.Len(), s.Test.Len(), sizes)
		}
		drawn := slices.Sorted(slices.Values(slices.Concat(s.Train.Rows, s.Validation.Rows)))
		if len(slices.Compact(drawn)) != sizes.Train+sizes.Validation || drawn[0] < 0 || drawn[len(drawn)-1] >= int64(n) {
			t.Errorf("drew %v of %d", drawn, n)
		}
		smaller := Sizes{
			Train:      rapid.IntRange(1, sizes.Train).Draw(t, "fewer train"),
			Validation: rapid.IntRange(0, sizes.Validation).Draw(t, "fewer validation"),
		}
		less, err := images.Sample(seed, smaller)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(less.Train.Rows, s.Train.Rows[:smaller.Train]) ||
			!slices.Equal(less.Validation.Rows, s.Validation.Rows[:smaller.Validation]) {
			t.Errorf("sizes %+v draw %v and %v, sizes %+v %v and %v", sizes, s.Train.Rows, s.Validation.Rows,
				smaller, less.Train.Rows, less.Validation.Rows)
		}
		if s.Train.Examples != s.Validation.Examples || less.Train.Examples != s.Train.Examples {
			t.Error("samples do not share the images")
		}
	})
}

func TestSeedsDrawOtherSplits(t *testing.T) {
	images := numbered(100, 10)
	seen := map[string]bool{}
	for seed := range int64(20) {
		s, err := images.Sample(seed, Sizes{Train: 50, Validation: 50})
		if err != nil {
			t.Fatal(err)
		}
		seen[fmt.Sprint(s.Train.Rows)] = true
	}
	if len(seen) != 20 {
		t.Errorf("20 seeds draw %d splits", len(seen))
	}
}

func TestTestSizes(t *testing.T) {
	images := numbered(10, 6)
	for size, want := range map[int][]int64{0: upTo(6), 4: upTo(4), 6: upTo(6)} {
		s, err := images.Sample(1, Sizes{Train: 5, Validation: 5, Test: size})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.Test.Rows, want) {
			t.Errorf("test size %d gives rows %v", size, s.Test.Rows)
		}
	}
}

func TestImpossibleSizes(t *testing.T) {
	images := numbered(10, 6)
	for sizes, want := range map[Sizes]string{
		{Train: 8, Validation: 3}:       "sampling mnist: 8 training and 3 validation images, of 10 there are",
		{Train: 0, Validation: 3}:       "sampling mnist: 0 training and 3 validation images, of 10 there are",
		{Train: 1, Validation: 1 << 62}: "sampling mnist: 1 training and 4611686018427387904 validation images, of 10 there are",
		{Train: 1, Validation: -1}:      "sampling mnist: 1 training and -1 validation images, of 10 there are",
		{Train: 1, Test: 7}:             "sampling mnist: 7 test images, of 6 there are",
		{Train: 1, Test: -1}:            "sampling mnist: -1 test images, of 6 there are",
	} {
		if _, err := images.Sample(0, sizes); err == nil || err.Error() != want {
			t.Errorf("%+v: error is %v, want %s", sizes, err, want)
		}
	}
}
