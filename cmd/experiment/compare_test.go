package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// twoDataSets are three losses on two data sets over six seeds, and a fourth on one of them only, whose last seed is
// missing. All numbers are made up.
func twoDataSets(t *testing.T) []run.Record {
	t.Helper()
	var records []run.Record
	for i, data := range []string{"mnist", "fashion-mnist"} {
		for k, loss := range []string{"cross_entropy", "focal γ=2", "label_smoothing ε=0.05", "brier"} {
			for seed := range int64(6) {
				if loss == "brier" && (i == 1 || seed == 5) {
					continue
				}
				name, parameter, _ := strings.Cut(loss, " ")
				config, err := run.NewConfig([]run.Field{
					{Path: "pipeline", Value: "classification"}, {Path: "data.name", Value: data}, {Path: "loss.name", Value: name},
					{Path: "loss.parameter", Value: parameter}, {Path: "seed", Value: seed},
				})
				if err != nil {
					t.Fatal(err)
				}
				wave := math.Sin(float64(7*k + 5*int(seed) + 3*i))
				ece := 0.06/float64(k+1) + 0.01*float64(i) + 0.004*wave
				r := run.Record{Run: run.Run{Key: config.Key(), Label: loss, Config: config}, Status: run.Finished}
				r.Attempt.Result.Metrics = []run.Metric{
					{Split: run.Test, Calibration: run.Uncalibrated, Name: "ece", Value: run.Number(ece)},
					{Split: run.Test, Calibration: run.Uncalibrated, Name: "ece_noise_floor", Value: 0.016},
					{Split: run.Test, Calibration: run.Uncalibrated, Name: "nll", Value: run.Number(0.3 + 0.02*float64(k%2) + 0.03*wave)},
				}
				records = append(records, r)
			}
		}
	}
	return records
}

func compareTwoDataSets(t *testing.T, p *program) {
	t.Helper()
	request := compareRequest{baseline: "cross_entropy", split: run.Test, level: 0.95}
	for _, name := range []string{"ece", "nll"} {
		column, _ := comparison.MetricColumn(name, run.Uncalibrated)
		request.columns = append(request.columns, column)
	}
	tables, err := request.tables(twoDataSets(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.writeCompared(request, tables); err != nil {
		t.Fatal(err)
	}
}

// TestCompareFormats compares the output in every format with files.
func TestCompareFormats(t *testing.T) {
	for i, name := range formatNames() {
		for _, color := range []bool{false, true} {
			if color && format(i) != formatTable {
				continue
			}
			var out bytes.Buffer
			compareTwoDataSets(t, &program{streams: streams{out: &out}, format: format(i), color: color})
			path := filepath.Join("testdata", "compare", name)
			if color {
				path += "-colour"
			}
			if *update {
				if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(out.Bytes(), want) {
				t.Errorf("%s is not what was written: run the test with -update and look at the difference\n%s", path, out.String())
			}
		}
	}
}

// TestCompareSparesColumns holds that a narrow terminal goes without the columns that can be spared, the last first, before
// anything else is given up.
func TestCompareSparesColumns(t *testing.T) {
	request := compareRequest{baseline: "cross_entropy", split: run.Test, level: 0.95}
	column, _ := comparison.MetricColumn("ece", run.Uncalibrated)
	request.columns = []comparison.Column{column}
	tables, err := request.tables(twoDataSets(t))
	if err != nil {
		t.Fatal(err)
	}
	for width, want := range map[int]string{
		120: "loss n mean ± sd 95 % interval difference its interval p sign-flip p effect",
		105: "loss n mean ± sd 95 % interval difference its interval p sign-flip p",
		85:  "loss n mean ± sd difference its interval p",
	} {
		g := (&program{}).newPage()
		cells, err := g.comparedCells(tables[0], 0, 0.95).cells()
		if err != nil {
			t.Fatal(err)
		}
		narrow, _ := cells.narrow(cells.widths(), width)
		var names []string
		for _, c := range narrow.columns {
			names = append(names, c.heading())
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("in %d columns: %s, want %s", width, got, want)
		}
	}
}

func TestSeedCount(t *testing.T) {
	for _, test := range []struct {
		finished, planned, seeds int
		want                     string
	}{
		{5, 5, 5, "5"}, {5, 5, 4, "4"}, {3, 5, 3, "3 of 5"}, {11, 12, 3, "3 (11 of 12 runs)"},
	} {
		row, cell := comparison.Row{N: test.finished, Planned: test.planned}, comparison.Cell{}
		cell.N = test.seeds
		if got := seedCount(row, cell); got != test.want {
			t.Errorf("%+v reads %q", test, got)
		}
	}
}
