package report

import (
	"bytes"
	"slices"
	"testing"

	"experiment/internal/run"
)

// TestDrawn holds that a report is the same where runs that are not drawn lack everything but metrics, which are most runs
// of a large study are not drawn.
func TestDrawn(t *testing.T) {
	var rates [][]run.Field
	for i := range sectionsShown + 4 {
		rates = append(rates, []run.Field{{Path: "optimizer.lr", Value: 0.01 * float64(i+1)}})
	}
	for _, n := range []int{1, len(rates)} { // sections
		study := fakeStudy(t, fourLosses(), 3, rates[:n]...)
		want, err := Build(study)
		if err != nil {
			t.Fatal(err)
		}
		brief := study
		brief.Records = nil
		for _, r := range study.Records {
			r.Attempt.History, r.Attempt.Result.Reliability, r.Attempt.Result.Histograms = nil, nil, nil
			brief.Records = append(brief.Records, r)
		}
		drawn := Drawn(brief.Records)
		if all := len(drawn) == len(study.Records); all != (n <= sectionsShown) {
			t.Errorf("of %d runs in %d sections %d are drawn", len(study.Records), n, len(drawn))
		}
		for i, r := range study.Records {
			if slices.Contains(drawn, r.Key) {
				brief.Records[i] = r
			}
		}
		got, err := Build(brief)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Markdown, want.Markdown) {
			t.Errorf("of %d sections the Markdown differs: %s", n, firstDifference(got.Markdown, want.Markdown))
		}
		if !slices.EqualFunc(got.Files, want.Files, func(a, b File) bool { return a.Name == b.Name && bytes.Equal(a.Bytes, b.Bytes) }) {
			t.Errorf("of %d sections the figures differ", n)
		}
	}
}
