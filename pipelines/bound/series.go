package bound

import "math"

// seriesBelow is where the functions of this file are sums of powers: below it they would lose digits as
// differences of nearly equal numbers.
const seriesBelow = 0.25

// excess returns x - (1 - e^-x) = x²/2 - x³/6 + ..., which is positive but at 0, with a relative error of a
// few units in the last place.
func excess(x float64) float64 {
	if math.Abs(x) >= seriesBelow {
		return x + math.Expm1(-x)
	}
	sum, term := 0.0, x*x/2
	for n := 3.0; ; n++ {
		next := sum + term
		if next == sum {
			return sum
		}
		sum, term = next, -term*x/n
	}
}

// logOver returns -ln(1-q) - q = q²/2 + q³/3 + ... for q from 0 to 1, of which complement is ln(1-q), with a
// relative error of a few units in the last place.
func logOver(q, complement float64) float64 {
	if q >= seriesBelow {
		return -complement - q
	}
	sum, power := 0.0, q*q
	for n := 2.0; ; n++ {
		next := sum + power/n
		if next == sum {
			return sum
		}
		sum, power = next, power*q
	}
}
