package comparison

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"experiment/internal/run"
)

// mixedRuns are runs of two values of γ at two learning rates, over two seeds, but for one that is missing.
func mixedRuns(t fataler) []run.Record {
	var records []run.Record
	for i, gamma := range []float64{1, 2} {
		for k, lr := range []float64{0.02, 0.1} {
			for seed := range int64(2) {
				if gamma == 2 && lr == 0.1 && seed == 1 {
					continue
				}
				own := settings{"loss.name": "focal", "loss.gamma": gamma, "optimizer.lr": lr}
				records = append(records, newRecord(t, seed, own, map[string]float64{"ece": float64(i+1) + float64(k)/10 + float64(seed)/100}))
			}
		}
	}
	return append(records, eceOf(t, settings{"loss.name": "cross_entropy", "optimizer.lr": 0.02}, 5, 6)...)
}

// TestGroupBy holds that runs of one seed are averaged, as computed by hand, and what rows are called.
func TestGroupBy(t *testing.T) {
	for name, test := range map[string]struct {
		fields []string
		labels []string
		means  []float64
		seeds  []int
		notes  []string
	}{
		"loss": { // seed 0: mean of 1, 1.1, 2, 2.1; seed 1: of 1.01, 1.11, 2.01
			[]string{"loss"}, []string{"focal", "cross_entropy"}, []float64{(1.55 + 4.13/3) / 2, 5.5}, []int{2, 2},
			[]string{"Runs with other settings are averaged: focal (loss.gamma 1, 2; optimizer.lr 0.02, 0.1)."},
		},
		"label": {
			[]string{"label"}, []string{"focal γ=1", "focal γ=2", "cross_entropy"}, []float64{1.055, (2.05 + 2.01) / 2, 5.5}, []int{2, 2, 2},
			[]string{"Runs with other settings are averaged: focal γ=1 (optimizer.lr 0.02, 0.1); focal γ=2 (optimizer.lr 0.02, 0.1)."},
		},
		"the learning rate": { // 0.02: seed 0 of 1, 2, 5 and seed 1 of 1.01, 2.01, 6; 0.1: seed 0 of 1.1, 2.1 and seed 1 of 1.11
			[]string{"optimizer.lr"}, []string{"several losses", "focal"}, []float64{(8.0/3 + 9.02/3) / 2, (1.6 + 1.11) / 2}, []int{2, 2}, nil,
		},
		"everything": {
			[]string{"label", "optimizer", "data", "model", "train", "pipeline"}, nil, nil, nil, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			groups, err := GroupBy(mixedRuns(t), test.fields)
			if err != nil {
				t.Fatal(err)
			}
			tables := Tables(NewLayout(groups), groups, namedColumns("ece"), OfTest)
			if test.labels == nil {
				all := tablesOf(mixedRuns(t), "ece")
				if len(tables) != len(all) || !reflect.DeepEqual(rowNames(tables), rowNames(all)) {
					t.Errorf("grouped by everything: %v, want %v", rowNames(tables), rowNames(all))
				}
				return
			}
			var labels []string
			var seeds []int
			var means []float64
			for _, row := range tables[0].Rows {
				labels, seeds, means = append(labels, row.Label), append(seeds, row.Cells[0].N), append(means, row.Cells[0].Mean)
			}
			if !slices.Equal(labels, test.labels) || !slices.Equal(seeds, test.seeds) {
				t.Errorf("rows are %q over %v seeds, want %q over %v", labels, seeds, test.labels, test.seeds)
			}
			checkNear(t, "means", means, test.means)
			if test.notes != nil {
				notes := tables[0].Footnotes(tables[0].Warnings())
				if !slices.Equal(notes, test.notes) {
					t.Errorf("notes are %q, want %q", notes, test.notes)
				}
			}
		})
	}
}

func TestGroupByWhatIsNotThere(t *testing.T) {
	var unknown *FieldError
	if _, err := GroupBy(mixedRuns(t), []string{"loss", "optimiser.lr"}); !errors.As(err, &unknown) || unknown.Field != "optimiser.lr" || !slices.Contains(unknown.Known, "optimizer.lr") {
		t.Errorf("got %v", err)
	}
	if _, err := GroupBy(mixedRuns(t), []string{"seed"}); !errors.As(err, &unknown) || err.Error() != "grouping by seed: rows are what several seeds gave" {
		t.Errorf("got %v", err)
	}
	if groups, err := GroupBy(nil, []string{"loss"}); err != nil || len(groups) > 0 {
		t.Errorf("no runs: %v, %v", groups, err)
	}
}
