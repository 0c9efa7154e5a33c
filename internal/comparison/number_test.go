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
