package calibration

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// TestBCaIsThatOfSciPy compares with intervals that testdata/bca.py made.
func TestBCaIsThatOfSciPy(t *testing.T) {
	content, err := os.ReadFile("testdata/bca.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Name                          string
			Level, Estimate, Lower, Upper float64
			Jackknife, Replicates         []float64
		}
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range file.Cases {
		got := bca(c.Estimate, c.Replicates, c.Jackknife, (1-c.Level)/2)
		if math.Abs(got.lower-c.Lower) > 1e-12 || math.Abs(got.upper-c.Upper) > 1e-12 {
			t.Errorf("%s: the interval is [%v, %v], want [%v, %v]", c.Name, got.lower, got.upper, c.Lower, c.Upper)
		}
	}
}

func TestBCaOfEqualReplicatesIsThePoint(t *testing.T) {
	if got := bca(.5, []float64{.5, .5, .5}, []float64{.5, .5}, .025); got != (bounds{.5, .5, .5}) {
		t.Errorf("the interval is %v", got)
	}
}

// Where every replicate is on one side, the interval stays among them.
func TestBCaStaysAmongTheReplicates(t *testing.T) {
	for _, estimate := range []float64{0, 4} {
		got := bca(estimate, []float64{1, 2, 3}, nil, .025)
		if !(1 <= got.lower && got.lower <= got.upper && got.upper <= 3) {
			t.Errorf("the interval about %v is %v", estimate, got)
		}
	}
}
