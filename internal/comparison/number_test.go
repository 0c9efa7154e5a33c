package comparison

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"experiment/internal/stats"
	"pgregory.net/rapid"
)

func TestFormatCell(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	accuracy, nll := ColumnNamed("accuracy"), ColumnNamed("nll")
	tests := []struct {
		column   Column
		n        int
		mean, sd float64
		want     string
	}{
		{accuracy, 3, 0.8127, 0.0043, "81.27 ± 0.43"},
		{accuracy, 3, 0.8127, 0.043, "81.3 ± 4.3"},
		{accuracy, 3, 0.8127, 0.43, "81 ± 43"},
		{accuracy, 3, 0.8127, 0.00996, "81.3 ± 1.0"},
		{accuracy, 3, 0.8127, 0.000996, "81.27 ± 0.10"},
		{accuracy, 3, 0.8127, 0.00043, "81.270 ± 0.043"},
		{accuracy, 3, 0.8127, 0, "81.27 ± 0.00"},
		{accuracy, 3, 0.8127, 1e-12, "81.27000 ± 0.00000"},
		{accuracy, 1, 0.8127, nan, "81.27"},
		{accuracy, 3, 1, 0, "100.00 ± 0.00"},
		{accuracy, 1, 0, nan, "0.00"},
		{accuracy, 1, 0.285, nan, "28.50"},
		{accuracy, 1, 0.00004, nan, "0.00"},
		{accuracy, 0, nan, nan, "–"},
		{accuracy, 2, nan, nan, "undefined"},
		{nll, 3, 0.29684, 0.0080, "0.2968 ± 0.0080"},
		{nll, 3, 12.5, 150, "12 ± 150"},
		{nll, 3, inf, nan, "∞"},
		{nll, 3, -inf, nan, "-∞"},
		{nll, 1, -0.00001, nan, "0.0000"},
		{nll, 3, 1, inf, "1.0000 ± ∞"},
	}
	for _, test := range tests {
		cell := Cell{Summary: stats.Summary{N: test.n, Mean: test.mean, SD: test.sd}}
		if got := test.column.FormatCell(cell); got != test.want {
			t.Errorf("%v ± %v in %s reads %q, want %q", test.mean, test.sd, test.column.Header, got, test.want)
		}
	}
}

// TestPercentRoundsOnce compares with exact arithmetic.
func TestPercentRoundsOnce(t *testing.T) {
	column := ColumnNamed("ece")
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Float64Range(-1, 1).Draw(t, "value")
		digits := rapid.IntRange(0, 6).Draw(t, "digits")
		exact := new(big.Float).SetPrec(200).SetFloat64(value)
		want := exact.Mul(exact, big.NewFloat(100)).Text('f', digits)
		if strings.Trim(want, "-0.") == "" {
			want = strings.TrimPrefix(want, "-")
		}
		if got := column.Format(value, digits); got != want {
			t.Fatalf("%v reads %s, want %s", value, got, want)
		}
	})
}

func TestFormatP(t *testing.T) {
	for p, want := range map[float64]string{0: "<0.0001", 0.00005: "<0.0001", 0.000123: "0.000123", 0.0625: "0.0625", 0.04999: "0.05", 0.25: "0.25", 0.9999: "1", 1: "1", math.NaN(): "–"} {
		if got := FormatP(p); got != want {
			t.Errorf("%v reads %s, want %s", p, got, want)
		}
	}
}

// TestFormatDifference holds that a difference has its sign, and its interval the same digits.
func TestFormatDifference(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		column         Column
		difference     stats.Paired
		want, interval string
	}{
		{ColumnNamed("ece"), stats.Paired{N: 5, Difference: -0.0379, SD: 0.00136, Interval: stats.Interval{Low: -0.03958, High: -0.03622}}, "-3.79", "-3.96 to -3.62"},
		{ColumnNamed("ece"), stats.Paired{N: 5, Difference: 0.0379, SD: 0.0136, Interval: stats.Interval{Low: -0.0021, High: 0.0779}}, "+3.8", "-0.2 to +7.8"},
		{ColumnNamed("nll"), stats.Paired{N: 5, Difference: -0.000001, SD: 0.02, Interval: stats.Interval{Low: -0.02, High: 0.02}}, "0.000", "-0.020 to +0.020"},
		{ColumnNamed("nll"), stats.Paired{N: 1, Difference: 0.25, SD: nan, Interval: stats.Interval{Low: nan, High: nan}}, "+0.2500", "–"},
		{ColumnNamed("nll"), stats.Paired{N: 2, Difference: inf, SD: nan, Interval: stats.Interval{Low: nan, High: nan}}, "+∞", "–"},
		{ColumnNamed("nll"), stats.Paired{N: 2, Difference: nan, SD: nan, Interval: stats.Interval{Low: nan, High: nan}}, "undefined", "–"},
		{ColumnNamed("nll"), stats.Paired{Difference: nan, SD: nan, Interval: stats.Interval{Low: nan, High: nan}}, "–", "–"},
	} {
		d := Difference{Paired: test.difference}
		if got := test.column.FormatDifference(d); got != test.want {
			t.Errorf("%+v reads %s, want %s", test.difference, got, test.want)
		}
		if got := test.column.FormatDifferenceInterval(d); got != test.interval {
			t.Errorf("the interval of %+v reads %s, want %s", test.difference, got, test.interval)
		}
	}
}
