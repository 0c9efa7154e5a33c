package comparison

import (
	"math"
	"strconv"
	"strings"
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

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
