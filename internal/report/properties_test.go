package report

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"experiment/internal/comparison"
	"experiment/internal/run"
	"pgregory.net/rapid"
)

// TestOrderOfSeeds holds that a report depends on the order of its rows only, not on that of the seeds.
func TestOrderOfSeeds(t *testing.T) {
	study := fakeStudy(t, sixLosses()[:3], 3)
	want, err := Build(study)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		shuffled := study
		shuffled.Records = nil
		for start := 0; start < len(study.Records); start += 3 {
			shuffled.Records = append(shuffled.Records, rapid.Permutation(study.Records[start:start+3]).Draw(t, "seeds")...)
		}
		got, err := Build(shuffled)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Markdown, want.Markdown) {
			t.Fatalf("the Markdown differs: %s", firstDifference(got.Markdown, want.Markdown))
		}
		for i := range want.Files {
			if got.Files[i].Name != want.Files[i].Name || !bytes.Equal(got.Files[i].Bytes, want.Files[i].Bytes) {
				t.Fatalf("%s differs", want.Files[i].Name)
			}
		}
	})
}

// TestOrderOfRows holds that any order of records gives the same rows, in the order of first occurrence,
// and that a record given twice counts once.
func TestOrderOfRows(t *testing.T) {
	study := fakeStudy(t, sixLosses(), 3)
	want := rowsByLabel(Compare(study.Records))
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.Permutation(study.Records).Draw(t, "records")
		records = append(records, records[rapid.IntRange(0, len(records)-1).Draw(t, "twice")])
		c := Compare(records)
		for label, row := range rowsByLabel(c) {
			if fmt.Sprint(row.Cells) != fmt.Sprint(want[label].Cells) || row.N != want[label].N {
				t.Fatalf("%s is %+v, want %+v", label, row, want[label])
			}
		}
		if first := c.Tables[0].Rows[0].Label; first != records[0].Label {
			t.Fatalf("the first row is %s, and the first record %s", first, records[0].Label)
		}
	})
}

func rowsByLabel(c Comparison) map[string]comparison.Row {
	rows := map[string]comparison.Row{}
	for _, row := range c.Tables[0].Rows {
		rows[row.Label] = row
	}
	return rows
}

// TestPooledBins holds that pooling counts every prediction once and keeps the means of the whole.
func TestPooledBins(t *testing.T) {
	study := fakeStudy(t, fourLosses()[:1], 3)
	g := comparison.GroupRecords(study.Records)[0]
	bins, counts := pool(g, run.Uncalibrated)
	if counts != "3 × 10,000" {
		t.Errorf("n is %s", counts)
	}
	for k, bin := range bins {
		n, right, confidence := 0, 0.0, 0.0
		for _, r := range g.Records {
			b := curveOf(r, run.Uncalibrated)[k]
			n += b.Count
			right += float64(b.Count) * b.Accuracy
			confidence += float64(b.Count) * b.Confidence
		}
		if bin.Count != n || n > 0 && (math.Abs(bin.Accuracy-right/float64(n)) > 1e-15 || math.Abs(bin.Confidence-confidence/float64(n)) > 1e-15) {
			t.Errorf("bin %d is %+v, want %d predictions, %v right, confidence %v", k, bin, n, right/float64(n), confidence/float64(n))
		}
	}
	g.Records[1].Attempt.Result.Reliability[0].Bins[3].Upper += 0.01
	if bins, _ := pool(g, run.Uncalibrated); bins != nil {
		t.Error("different bins were pooled")
	}
}

// TestSettingsThatTellGroupsApart holds that no two rows of a table look the same.
func TestSettingsThatTellGroupsApart(t *testing.T) {
	values := map[string][]any{
		"data.name": {"mnist", "fashion-mnist"}, "optimizer.lr": {0.02, 0.05}, "data.train": {int64(500), int64(1000)}, "train.epochs": {int64(10), int64(20)},
	}
	rapid.Check(t, func(t *rapid.T) {
		var extras [][]run.Field
		for range rapid.IntRange(1, 5).Draw(t, "settings") {
			var extra []run.Field
			for _, path := range sortedKeys(values) {
				extra = append(extra, run.Field{Path: path, Value: rapid.SampledFrom(values[path]).Draw(t, path)})
			}
			extras = append(extras, extra)
		}
		losses := fourLosses()[:rapid.IntRange(1, 3).Draw(t, "losses")]
		var records []run.Record
		for _, extra := range extras {
			for _, loss := range losses {
				records = append(records, fakeRecord(t, loss, 0, extra))
			}
		}
		distinct := map[string]bool{}
		for _, r := range records {
			distinct[comparison.Describe(r.Config, func(path string) bool { return path != "seed" })] = true
		}
		seen := map[string]bool{}
		for _, table := range Compare(records).Tables {
			for _, row := range table.Rows {
				name := strings.Join(append([]string{comparison.Title(table.Settings), row.Label}, row.Values...), "\n")
				if seen[name] {
					t.Fatalf("two rows are called %q", name)
				}
				seen[name] = true
			}
		}
		if len(seen) != len(distinct) {
			t.Fatalf("%d rows for %d configurations", len(seen), len(distinct))
		}
	})
}
