package comparison

import (
	"math"
	"strconv"
	"strings"

	"experiment/internal/stats"
)

// extraDigits is how many decimals a small spread may add to those of a column.
const extraDigits = 3

// FormatCell writes a mean and its standard deviation: the spread to two significant digits and the mean
// to the same place. A single value has the decimals of the column and no spread.
func (c Column) FormatCell(cell Cell) string {
	switch {
	case cell.N == 0:
		return "–"
	case !isFinite(cell.Mean):
		return c.Format(cell.Mean, 0)
	}
	digits, spread := c.digits(cell)
	text := c.Format(cell.Mean, digits)
	if spread {
		text += " ± " + c.Format(cell.SD, digits)
	}
	return text
}

// digits returns the decimals of a cell, and whether it has a spread to show.
func (c Column) digits(cell Cell) (digits int, spread bool) {
	if math.IsNaN(cell.SD) {
		return c.Digits, false
	}
	sd := cell.SD
	if c.Percent {
		sd *= 100
	}
	if sd == 0 {
		return c.Digits, true
	}
	_, exponent, _ := strings.Cut(strconv.FormatFloat(sd, 'e', 1, 64), "e")
	power, err := strconv.Atoi(exponent)
	if err != nil { // an infinite spread has no exponent
		return c.Digits, true
	}
	return min(max(1-power, 0), c.Digits+extraDigits), true
}

// Format writes a value for people with so many decimals, exactly rounded.
func (c Column) Format(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return "undefined"
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "-∞"
	case !c.Percent:
		return unsigned(strconv.FormatFloat(v, 'f', digits, 64))
	}
	return unsigned(shiftPoint(strconv.FormatFloat(v, 'f', digits+2, 64), digits))
}

// shiftPoint moves the point of a decimal two places to the right, so that a fraction becomes a percentage
// without being rounded a second time. The text has digits+2 decimals.
func shiftPoint(s string, digits int) string {
	number, negative := strings.CutPrefix(s, "-")
	whole, decimals, _ := strings.Cut(number, ".")
	whole = strings.TrimLeft(whole+decimals[:2], "0")
	if whole == "" {
		whole = "0"
	}
	if digits > 0 {
		whole += "." + decimals[2:]
	}
	if negative {
		return "-" + whole
	}
	return whole
}

// unsigned drops the sign of a zero.
func unsigned(s string) string {
	if strings.HasPrefix(s, "-") && strings.Trim(s, "-0.") == "" {
		return s[1:]
	}
	return s
}

// FormatP writes a p value to three significant digits.
func FormatP(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.0001:
		return "<0.0001"
	}
	return strconv.FormatFloat(p, 'g', 3, 64)
}

// FormatSignFlip writes the p of the sign-flip test, where there are two pairs or more.
func (d Difference) FormatSignFlip() string {
	if d.N < 2 {
		return FormatP(math.NaN())
	}
	return FormatP(d.SignFlip)
}

// FormatEffect writes a standardised difference.
func FormatEffect(effect float64) string {
	if !isFinite(effect) {
		return "–"
	}
	return withSign(strconv.FormatFloat(effect, 'f', 2, 64))
}

// FormatInterval writes the ends of the interval of a mean, in its digits.
func (c Column) FormatInterval(cell Cell, i stats.Interval) string {
	digits, _ := c.digits(cell)
	return c.formatEnds(i, digits, func(s string) string { return s })
}

// FormatDifference writes a difference with its sign, in percentage points where the column is in per cent.
func (c Column) FormatDifference(d Difference) string {
	if d.N == 0 {
		return "–"
	}
	digits, _ := c.digits(d.cell())
	return withSign(c.Format(d.Difference, digits))
}

// FormatDifferenceInterval writes the ends of the interval of a difference, in its digits.
func (c Column) FormatDifferenceInterval(d Difference) string {
	digits, _ := c.digits(d.cell())
	return c.formatEnds(d.Interval, digits, withSign)
}

func (d Difference) cell() Cell {
	return Cell{Summary: stats.Summary{N: d.N, Mean: d.Difference, SD: d.SD}}
}

func (c Column) formatEnds(i stats.Interval, digits int, sign func(string) string) string {
	if math.IsNaN(i.Low) || math.IsNaN(i.High) {
		return "–"
	}
	return sign(c.Format(i.Low, digits)) + " to " + sign(c.Format(i.High, digits))
}

// withSign puts a plus before what has no minus and is not zero.
func withSign(s string) string {
	if strings.HasPrefix(s, "-") || strings.Trim(s, "0.") == "" || s == "undefined" {
		return s
	}
	return "+" + s
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
