package comparison

import (
	"math"
	"reflect"
	"testing"

	"experiment/internal/run"
)

// TestRankings holds ranks made by hand, and the statistic of SciPy 1.10.1, friedmanchisquare([.07, .08, .05],
// [.03, .02, .06], [.05, .04, .04]).
func TestRankings(t *testing.T) {
	var records []run.Record
	for i, data := range []string{"mnist", "fashion-mnist", "gaussians"} {
		for loss, ece := range map[string][]float64{"cross_entropy": {0.07, 0.08, 0.05}, "focal": {0.03, 0.02, 0.06}, "brier": {0.05, 0.04, 0.04}} {
			own := settings{"data.name": data, "loss.name": loss}
			records = append(records, eceOf(t, own, ece[i]-0.01, ece[i]+0.01)...)
		}
	}
	records = append(records, eceOf(t, settings{"loss.name": "poly1"}, 0.001)...)
	rankings := Rankings(tablesOf(records, "ece", "mean_confidence"))
	if len(rankings) != 1 {
		t.Fatalf("there are %d rankings", len(rankings))
	}
	r := rankings[0]
	if want := map[string]float64{"cross_entropy": 8.0 / 3, "focal": 5.0 / 3, "brier": 5.0 / 3}; !reflect.DeepEqual(r.ByName(), want) {
		t.Errorf("ranks are %v, want %v", r.ByName(), want)
	}
	checkNear(t, "test", []float64{r.Statistic, r.P}, []float64{2, 0.36787944117144245})
	if !reflect.DeepEqual(r.Left, []string{"poly1"}) || !reflect.DeepEqual(r.Blocks, []string{"mnist", "fashion-mnist", "gaussians"}) {
		t.Errorf("left out is %v, and the blocks are %v", r.Left, r.Blocks)
	}
}

// TestBlocksThatCannotBeRanked holds that a table with a mean that is no number is no block, and is not named as one.
func TestBlocksThatCannotBeRanked(t *testing.T) {
	var records []run.Record
	for i, data := range []string{"mnist", "fashion-mnist", "gaussians"} {
		records = append(records, eceOf(t, settings{"data.name": data, "loss.name": "focal"}, 0.01)...)
		records = append(records, eceOf(t, settings{"data.name": data, "loss.name": "brier"}, []float64{0.02, math.NaN(), 0.03}[i])...)
	}
	r := Rankings(tablesOf(records, "ece"))
	if len(r) != 1 || r[0].Friedman.Blocks != 2 || !reflect.DeepEqual(r[0].Blocks, []string{"mnist", "gaussians"}) {
		t.Errorf("got %+v", r)
	}
}

func TestNothingToRank(t *testing.T) {
	otherRate, otherData := settings{"loss.name": "focal", "optimizer.lr": 0.1}, settings{"loss.name": "focal", "data.name": "fashion-mnist"}
	for name, records := range map[string][]run.Record{
		"one data set":  append(append(eceOf(t, crossEntropy, 1, 2), eceOf(t, focal, 1, 2)...), eceOf(t, otherRate, 3)...),
		"one loss each": append(eceOf(t, crossEntropy, 1, 2), eceOf(t, otherData, 1)...),
		"none":          nil,
	} {
		if r := Rankings(tablesOf(records, "ece")); len(r) > 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
