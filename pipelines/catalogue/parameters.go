package catalogue

import "math"

// The parameters that many choices have, by their ranges.

func count(name string, standard, least int64, doc string) Parameter {
	return Parameter{Name: name, Kind: Int, Default: standard, Min: float64(least), Max: math.MaxInt32, Doc: doc}
}

func nonNegative(name, symbol string, standard float64, doc string) Parameter {
	return Parameter{Name: name, Symbol: symbol, Kind: Float, Default: standard, Max: math.Inf(1), Doc: doc}
}

func positive(name string, standard float64, doc string) Parameter {
	return Parameter{Name: name, Kind: Float, Default: standard, Max: math.Inf(1), Above: true, Doc: doc}
}

func fraction(name, symbol string, standard float64, doc string) Parameter {
	return Parameter{Name: name, Symbol: symbol, Kind: Float, Default: standard, Max: 1, Doc: doc}
}

// mostWeight is more than any weight in use, and so little that products of it stay finite in single precision.
const mostWeight = 1e6

func weight(name, symbol string, standard float64, doc string) Parameter {
	return Parameter{Name: name, Symbol: symbol, Kind: Float, Default: standard, Max: mostWeight, Doc: doc}
}
