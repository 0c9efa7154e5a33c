package comparison

import (
	"errors"
	"slices"
	"testing"
)

func TestFindBaseline(t *testing.T) {
	records := workedExample(t)
	records = append(records, eceOf(t, settings{"loss.name": "focal", "loss.gamma": 3.0}, 0.1, 0.2)...)
	records = append(records, eceOf(t, settings{"loss.name": "cross_entropy", "data.name": "fashion-mnist"}, 0.1, 0.2)...)
	tables := tablesOf(records, "ece")
	for text, want := range map[string][]int{
		"cross_entropy":                 {0, 0},
		"focal γ=2":                     {1, -1},
		"Focal  gamma=2":                {1, -1},
		"loss=cross_entropy":            {0, 0},
		"loss=label_smoothing":          {2, -1},
		"loss.gamma=3.0":                {3, -1},
		"loss = focal , loss.gamma=3e0": {3, -1},
		"label=focal gamma=2":           {1, -1},
		"dataset=fashion-mnist":         {-1, 0},
	} {
		if got, err := FindBaseline(tables, text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"focal γ=4":      `finding the baseline "focal γ=4": there is no such row`,
		"loss=focal":     `finding the baseline "loss=focal": it is several rows: focal γ=2, focal γ=3`,
		"loss=brier":     `finding the baseline "loss=brier": there is no such row`,
		"loss.delta=1":   `finding the baseline "loss.delta=1": no row has the setting loss.delta`,
		"dataset=mnist":  `finding the baseline "dataset=mnist": it is several rows: cross_entropy, focal γ=2, label_smoothing ε=0.05, focal γ=3`,
		"=":              `finding the baseline "=": there is no such row`,
		"cross entropy,": `finding the baseline "cross entropy,": there is no such row`,
	} {
		_, err := FindBaseline(tables, text)
		var bad *BaselineError
		if !errors.As(err, &bad) || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
			continue
		}
		if !slices.Equal(bad.Known, []string{"cross_entropy", "focal γ=2", "label_smoothing ε=0.05", "focal γ=3"}) {
			t.Errorf("%q: the rows are %v", text, bad.Known)
		}
	}
}
