package report

import (
	"strings"
	"testing"

	"experiment/internal/run"
)

// TestNoBaselineOnOtherData holds that losses are not set against one that was trained on another data set, even where each
// has a row of the same table.
func TestNoBaselineOnOtherData(t *testing.T) {
	losses := sixLosses()
	study := Study{Name: "apart"}
	for seed := range 3 {
		study.Records = append(study.Records,
			fakeRecord(t, losses[0], seed, []run.Field{{Path: "data.name", Value: "mnist"}}),
			fakeRecord(t, losses[1], seed, []run.Field{{Path: "data.name", Value: "fashion-mnist"}}))
	}
	document, err := Build(study)
	if err != nil {
		t.Fatal(err)
	}
	text := string(document.Markdown)
	if !strings.Contains(text, "| cross_entropy | mnist |") || !strings.Contains(text, "| label_smoothing ε=0.05 | fashion-mnist |") {
		t.Fatalf("the rows are not in one table:\n%s", text)
	}
	for _, unwanted := range []string{"## Against cross_entropy", "significant", "the best mean"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("the report says %q", unwanted)
		}
	}
}
