package report

import (
	"math"
	"strings"
	"testing"

	"experiment/internal/comparison"
	"experiment/internal/report/figure"
	"experiment/internal/run"
)

// TestEntropiesAreDrawnWhereTheyWereCounted holds that runs of before have no panel, and that a report without any says
// nothing of entropies.
func TestEntropiesAreDrawnWhereTheyWereCounted(t *testing.T) {
	study := fakeStudy(t, sixLosses()[:3], 2)
	text := func() string {
		t.Helper()
		document, err := Build(study)
		if err != nil {
			t.Fatal(err)
		}
		return string(document.Markdown)
	}
	study.Records[0].Attempt.Result.Histograms = nil
	study.Records[2].Attempt.Result.Histograms[1].Upper = 1
	if got := text(); !strings.Contains(got, "/entropy.svg") || !strings.Contains(got, "2 rows without a panel") {
		t.Errorf("one run without histograms, and one with other bins:\n%s", got)
	}
	for i := range study.Records {
		study.Records[i].Attempt.Result.Histograms = nil
	}
	if got := text(); strings.Contains(strings.ToLower(got), "entropies") {
		t.Errorf("a report without histograms speaks of them:\n%s", got)
	}
}

// TestPooledEntropies holds that pooling counts every prediction once.
func TestPooledEntropies(t *testing.T) {
	g := comparison.GroupRecords(fakeStudy(t, fourLosses()[:1], 3).Records)[0]
	var pooled figure.Distribution
	if !poolEntropies(&pooled, g, run.Uncalibrated) {
		t.Fatal("nothing was pooled")
	}
	if pooled.Lower != 0 || pooled.Upper != math.Log(10) || total(pooled.Right)+total(pooled.Wrong) != 3*10000 {
		t.Errorf("%v right and %v wrong from %v to %v", total(pooled.Right), total(pooled.Wrong), pooled.Lower, pooled.Upper)
	}
	want := 0.0
	for _, r := range g.Records {
		for _, h := range r.Attempt.Result.Histograms {
			if h.Calibration == run.Uncalibrated && h.Outcome == run.Wrong {
				want += h.Counts[7]
			}
		}
	}
	if pooled.Wrong[7] != want {
		t.Errorf("the eighth bin has %v wrong predictions, want %v", pooled.Wrong[7], want)
	}
	g.Records[1].Attempt.Result.Histograms = g.Records[1].Attempt.Result.Histograms[1:]
	if poolEntropies(&figure.Distribution{}, g, run.Uncalibrated) {
		t.Error("wrong predictions without right ones were pooled")
	}
}

func TestConfidentMistakes(t *testing.T) {
	of := func(title string, wrong ...float64) figure.Distribution {
		return figure.Distribution{Title: title, Wrong: wrong}
	}
	half := append([]float64{1}, 0, 0, 0, 0, 0, 0, 0, 0, 1)
	none := append([]float64{0}, 0, 0, 0, 0, 0, 0, 0, 0, 1)
	for want, panels := range map[string][]figure.Distribution{
		"": {of("few bins", 1, 2), of("nothing wrong", make([]float64, 20)...)},
		"Of the wrong predictions of focal, 50.0 % have an entropy below a tenth of ln K.":                      {of("focal", half...)},
		"Of the wrong predictions, from 0.0 % (brier) to 50.0 % (focal) have an entropy below a tenth of ln K.": {of("focal", half...), of("brier", none...)},
	} {
		if got := confidentMistakes(panels); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
