package comparison

import (
	"slices"
	"testing"

	"experiment/internal/run"
)

// TestFootnotes holds everything there is to warn of, in its words.
func TestFootnotes(t *testing.T) {
	var records []run.Record
	add := func(seed int64, own settings, ece float64, device, libtorch string) {
		r := newRecord(t, seed, own, map[string]float64{"ece": ece, "ece_noise_floor": 0.02})
		r.Attempt.Provenance = run.Provenance{Device: device, Libtorch: libtorch}
		records = append(records, r)
	}
	for seed := range int64(3) {
		add(seed, crossEntropy, 0.05+0.001*float64(seed*seed), "cpu", "1.13.1")
		add(seed, focal, 0.015+0.002*float64(seed), "cpu", "1.13.1")
	}
	add(1, smoothing, 0.03, "cuda:0", "2.6.0")
	add(4, smoothing, 0.03, "cuda:1", "2.6.0")
	tables := tablesOf(records, "ece")
	SetAgainst(tables, []int{0}, 0.95)
	want := []string{
		"Fewer than five seeds: cross_entropy (3), focal γ=2 (3), label_smoothing ε=0.05 (2).",
		"The ECE is not above its noise floor, so it is no evidence of miscalibration: focal γ=2 (2.00 %).",
		"Mixed devices, which may change digits: cpu in 6 runs of cross_entropy, focal γ=2; cuda in 2 runs of label_smoothing ε=0.05.",
		"Mixed versions of libtorch, which may change digits: 1.13.1 in 6 runs of cross_entropy, focal γ=2; 2.6.0 in 2 runs of label_smoothing ε=0.05.",
		"Too few seeds for the sign-flip test to reach 0.05: focal γ=2 (p ≥ 0.25).",
		"Lacks seeds of cross_entropy: label_smoothing ε=0.05 (0, 2).",
		"Has seeds that cross_entropy lacks: label_smoothing ε=0.05 (4).",
		"Not tested against cross_entropy: label_smoothing ε=0.05 (one seed is shared).",
	}
	if got := tables[0].Footnotes(append(tables[0].Warnings(0), tables[0].DifferenceWarnings(0)...)); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestNothingToWarnOf holds that a table of ordinary runs has no footnotes.
func TestNothingToWarnOf(t *testing.T) {
	var records []run.Record
	for seed := range int64(6) {
		for _, own := range []settings{crossEntropy, focal} {
			records = append(records, newRecord(t, seed, own, map[string]float64{"ece": 0.05 + noise(int(seed), len(own)), "ece_noise_floor": 0.02}))
		}
	}
	tables := tablesOf(records, "ece")
	SetAgainst(tables, []int{0}, 0.95)
	if got := append(tables[0].Warnings(0), tables[0].DifferenceWarnings(0)...); len(got) > 0 {
		t.Errorf("warned of %v", got)
	}
}

// TestUntestedMetric holds that a metric that allows no test is named, and that p values that are not exact are told.
func TestUntestedMetric(t *testing.T) {
	var records []run.Record
	for seed := range int64(40) {
		spread := noise(int(seed), 1)
		records = append(records, newRecord(t, seed, crossEntropy, map[string]float64{"ece": 0.05 + spread, "nll": 0.5}),
			newRecord(t, seed, focal, map[string]float64{"ece": 0.05 - spread, "nll": 0.4}))
	}
	tables := tablesOf(records, "ece", "nll")
	SetAgainst(tables, []int{0}, 0.95)
	want := []string{
		"The p of the sign-flip test is not exact, since there are more than 36 pairs: focal γ=2.",
		"NLL not tested against cross_entropy: focal γ=2 (the difference is the same for every seed).",
	}
	if got := tables[0].Footnotes(tables[0].DifferenceWarnings(0, 1)); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestListTellsRowsApart holds that names that hold commas are not taken for several.
func TestListTellsRowsApart(t *testing.T) {
	for want, words := range map[string][]string{
		"":                      nil,
		"focal γ=2":             {"focal γ=2"},
		"a, b":                  {"a", "b"},
		"a, lr 1; b; a, lr 0.5": {"a, lr 1", "b", "a, lr 0.5"},
	} {
		if got := List(words); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
