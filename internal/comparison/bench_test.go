package comparison

import (
	"testing"

	"experiment/internal/run"
)

// BenchmarkCompare compares 10,000 runs in 1,000 groups of ten seeds, each run with as many metrics as real ones have:
// grouped and laid out, accuracy, NLL and ECE summarised with Student's intervals, and every row set against a baseline.
func BenchmarkCompare(b *testing.B) {
	records := manyRecords(b, 1000, 10)
	columns := namedColumns("accuracy", "nll", "ece")
	for b.Loop() {
		groups := GroupRecords(records)
		tables := Tables(NewLayout(groups), groups, columns, OfTest)
		baselines, err := FindBaseline(tables, "loss=cross_entropy")
		if err != nil {
			b.Fatal(err)
		}
		SetAgainst(tables, baselines, 0.95)
		for _, t := range tables {
			for k := range t.Columns {
				t.Footnotes(append(t.Warnings(k), t.DifferenceWarnings(k)...))
				for _, row := range t.Rows {
					row.Cells[k].Interval(0.95)
				}
			}
		}
	}
}

// BenchmarkBootstraps is the bootstrap intervals of 1,000 means over ten seeds.
func BenchmarkBootstraps(b *testing.B) {
	groups := GroupRecords(manyRecords(b, 1000, 10))
	table := Tables(NewLayout(groups), groups, namedColumns("nll"), OfTest)[0]
	for b.Loop() {
		table.Bootstraps(0, 0.95)
	}
}

func namedColumns(names ...string) []Column {
	columns := make([]Column, len(names))
	for i, name := range names {
		columns[i], _ = MetricColumn(name, run.Uncalibrated)
	}
	return columns
}

// manyRecords are runs of many configurations, one of them cross-entropy.
func manyRecords(t fataler, configurations, seeds int) []run.Record {
	var records []run.Record
	for i := range configurations {
		for seed := range seeds {
			loss := settings{"loss.name": "focal", "loss.gamma": float64(i) / 10}
			if i == 0 {
				loss = settings{"loss.name": "cross_entropy"}
			}
			r := newRecord(t, int64(seed), loss, map[string]float64{
				"accuracy": 0.9 + 0.001*float64(i%7) + noise(i, seed), "nll": 0.3 + noise(seed, i), "ece": 0.05 + noise(i, seed+50), "ece_noise_floor": 0.01,
			})
			for _, split := range []run.Split{run.Validation, run.Train} {
				for _, calibration := range run.Calibrations {
					for _, name := range run.MetricNames[:17] {
						r.Attempt.Result.Metrics = append(r.Attempt.Result.Metrics, run.Metric{Split: split, Calibration: calibration, Name: name})
					}
				}
			}
			records = append(records, r)
		}
	}
	return records
}
