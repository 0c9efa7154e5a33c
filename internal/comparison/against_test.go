package comparison

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"experiment/internal/run"
	"pgregory.net/rapid"
)

var (
	crossEntropy = settings{"loss.name": "cross_entropy"}
	focal        = settings{"loss.name": "focal", "loss.gamma": 2.0}
	smoothing    = settings{"loss.name": "label_smoothing", "loss.epsilon": 0.05}
)

// eceOf are runs with the same settings whose ECE for the seeds 0, 1, ... is given.
func eceOf(t fataler, own settings, eces ...float64) []run.Record {
	var records []run.Record
	for seed, ece := range eces {
		records = append(records, newRecord(t, int64(seed), own, map[string]float64{"ece": ece}))
	}
	return records
}

func tablesOf(records []run.Record, metrics ...string) []Table {
	groups := GroupRecords(records)
	return Tables(NewLayout(groups), groups, namedColumns(metrics...), OfTest)
}

// workedExample is three losses over five seeds.
func workedExample(t fataler) []run.Record {
	records := eceOf(t, crossEntropy, 0.0812, 0.0795, 0.0840, 0.0778, 0.0829)
	records = append(records, eceOf(t, focal, 0.0431, 0.0402, 0.0467, 0.0419, 0.0440)...)
	return append(records, eceOf(t, smoothing, 0.0799, 0.0801, 0.0826, 0.0790, 0.0811)...)
}

// TestWorkedExample holds numbers of SciPy 1.10.1: ttest_rel, t.ppf, permutation_test over all sign flips. Hedges' factor is
// Γ(2)/(√2·Γ(3/2)), and Holm's correction of two tests doubles the smaller p.
func TestWorkedExample(t *testing.T) {
	table := tablesOf(workedExample(t), "ece")[0]
	for row, want := range [][4]float64{
		{0.08108, 0.002505394180563214, 0.07796914224468543, 0.08419085775531457},
		{0.04318, 0.0024283739415501882, 0.04016477550260095, 0.046195224497399046},
		{0.08054, 0.001372224471433157, 0.07883615827636725, 0.08224384172363275},
	} {
		cell := table.Rows[row].Cells[0]
		interval := cell.Interval(0.95)
		checkNear(t, fmt.Sprintf("row %d", row), []float64{cell.Mean, cell.SD, interval.Low, interval.High}, want[:])
	}
	tables := []Table{table}
	SetAgainst(tables, []int{0}, 0.95)
	for row, want := range map[int][8]float64{
		1: {-0.0379, -0.039584274992796924, -0.03621572500720308, -62.476299854250726, 3.931412855823808e-07, 2 * 3.931412855823808e-07, -22.29309465159211, 0.0625},
		2: {-0.00054, -0.0022095648857888475, 0.0011295648857888555, -0.8980066420709406, 0.419949229428414, 0.419949229428414, -0.32043106131682697, 0.4375},
	} {
		d := tables[0].Against.Differences[row][0]
		checkNear(t, fmt.Sprintf("row %d less the first", row), []float64{d.Difference, d.Interval.Low, d.Interval.High, d.T, d.P, d.Holm, d.Effect, d.SignFlip}, want[:])
		if d.DF != 4 || d.LeastSignFlip != 0.0625 || d.Untested != "" || !reflect.DeepEqual(d.Seeds, []int64{0, 1, 2, 3, 4}) {
			t.Errorf("row %d: %+v", row, d)
		}
		if got := d.Significant(0.95); got != (row == 1) {
			t.Errorf("row %d: significant is %v", row, got)
		}
	}
	if family := tables[0].Against.Family; !reflect.DeepEqual(family, []int{2}) {
		t.Errorf("the family has %v tests", family)
	}
}

func checkNear(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-11*math.Abs(want[i])) {
			t.Errorf("%s: number %d is %.17g, want %.17g", what, i, got[i], want[i])
		}
	}
}

// TestFamily holds that Holm's correction is over all tests of one metric in all tables, and of no other metric.
func TestFamily(t *testing.T) {
	records := workedExample(t)
	for _, r := range workedExample(t) {
		own := settings{}
		for _, f := range r.Config.Fields() {
			own[f.Path] = f.Value
		}
		own["data.name"] = "fashion-mnist"
		ece, _ := OfTest(namedColumns("ece")[0], &r)
		records = append(records, newRecord(t, r.Config.Seed(), own, map[string]float64{"ece": ece, "nll": ece}))
	}
	tables := tablesOf(records, "ece", "nll")
	SetAgainst(tables, []int{0, 0}, 0.95)
	small, large := 3.931412855823808e-07, 0.419949229428414
	for i, want := range [][]float64{{4 * small, 2 * large}, {4 * small, 2 * large}} {
		checkNear(t, fmt.Sprintf("ECE of table %d", i), []float64{tables[i].Against.Differences[1][0].Holm, tables[i].Against.Differences[2][0].Holm}, want)
	}
	nll := tables[1].Column("nll")
	checkNear(t, "NLL", []float64{tables[1].Against.Differences[1][nll].Holm, tables[1].Against.Differences[2][nll].Holm}, []float64{2 * small, large})
	if got := tables[1].Against.Family; !reflect.DeepEqual(got, []int{4, 2}) {
		t.Errorf("the families have %v tests", got)
	}
	SetAgainst(tables, []int{-1, 0}, 0.95)
	if tables[0].Against != nil || tables[1].Against.Family[0] != 2 {
		t.Errorf("a table without a baseline: %+v", tables[0].Against)
	}
}

// TestUntested holds that no test is made where none says anything.
func TestUntested(t *testing.T) {
	inf := math.Inf(1)
	for name, test := range map[string]struct {
		row, baseline []float64
		want          string
	}{
		"one seed":            {[]float64{0.1, 0.2}, []float64{0.1}, "one seed is shared"},
		"the same difference": {[]float64{0.5, 0.75}, []float64{0.25, 0.5}, "the difference is the same for every seed"},
		"infinite":            {[]float64{inf, 0.2}, []float64{0.1, 0.1}, "values are infinite or undefined"},
		"no difference":       {[]float64{0.5, 0.75}, []float64{0.5, 0.75}, ""},
		"ordinary":            {[]float64{0.5, 0.75}, []float64{0.25, 0.75}, ""},
	} {
		tables := tablesOf(append(eceOf(t, crossEntropy, test.baseline...), eceOf(t, focal, test.row...)...), "ece")
		SetAgainst(tables, []int{0}, 0.95)
		d := tables[0].Against.Differences[1][0]
		if d.Untested != test.want || (d.Untested == "") == math.IsNaN(d.P) || d.Untested != "" && (d.Significant(0.95) || !math.IsNaN(d.Interval.Low)) {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// TestSharedSeeds holds that rows are compared over the seeds that both have, and that what is left out is said.
func TestSharedSeeds(t *testing.T) {
	records := eceOf(t, crossEntropy, 0.1, 0.2, 0.3, 0.4)
	for seed, ece := range map[int64]float64{1: 0.25, 3: 0.40, 7: 0.9, 2: 0.31} {
		records = append(records, newRecord(t, seed, focal, map[string]float64{"ece": ece}))
	}
	tables := tablesOf(records, "ece")
	SetAgainst(tables, []int{0}, 0.95)
	d := tables[0].Against.Differences[1][0]
	if !reflect.DeepEqual([][]int64{d.Seeds, d.Lacking, d.Extra}, [][]int64{{1, 2, 3}, {0}, {7}}) {
		t.Errorf("%+v", d)
	}
	checkNear(t, "difference", []float64{d.Difference}, []float64{0.02})
}

// TestOrderOfRecords holds that the order of records changes nothing but that of rows, and that runs of another data set
// change nothing but what tests are corrected for.
func TestOrderOfRecords(t *testing.T) {
	want := differencesByLabel(workedExample(t))
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.Permutation(workedExample(t)).Draw(t, "records")
		if got := differencesByLabel(records); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		others := eceOf(t, settings{"data.name": "gaussians", "loss.name": "brier"}, rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 4).Draw(t, "others")...)
		at := rapid.IntRange(0, len(records)).Draw(t, "at")
		mixed := append(append(append([]run.Record{}, records[:at]...), others...), records[at:]...)
		if got := differencesByLabel(mixed); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("with another data set: got %v, want %v", got, want)
		}
	})
}

// differencesByLabel are the cells and differences of the rows on mnist.
func differencesByLabel(records []run.Record) map[string]string {
	tables := tablesOf(records, "ece")
	baselines := make([]int, len(tables))
	for i, table := range tables {
		baselines[i] = table.Only("cross_entropy")
	}
	SetAgainst(tables, baselines, 0.95)
	found := map[string]string{}
	for _, table := range tables {
		for row := range table.Rows {
			if table.Against != nil {
				d := table.Against.Differences[row][0]
				found[table.Name(row)] = fmt.Sprint(table.Rows[row].Cells[0], d.Paired, d.Holm, d.Seeds)
			}
		}
	}
	return found
}
