package calibration

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// bca returns the bias-corrected and accelerated interval from at least one replicate, with the estimate in the middle.
func bca(estimate float64, replicates, jackknife []float64, tail float64) bounds {
	sorted := slices.Sorted(slices.Values(replicates))
	below, equal := 0.0, 0.0
	for _, v := range sorted {
		switch {
		case v < estimate:
			below++
		case v == estimate:
			equal++
		}
	}
	n := float64(len(sorted))
	// A replicate beside the last one would be half beyond the estimate, however few there are.
	bias := normalQuantile(min(max((below+equal/2)/n, .5/n), 1-.5/n))
	skewness := acceleration(jackknife)
	end := func(z float64) float64 {
		return quantile(sorted, normalChance(bias+(bias+z)/(1-skewness*(bias+z))))
	}
	return bounds{end(normalQuantile(tail)), estimate, end(normalQuantile(1 - tail))}
}

// acceleration is a sixth of the skewness of the estimate, as the values without each fold tell it.
func acceleration(jackknife []float64) float64 {
	if len(jackknife) == 0 {
		return 0
	}
	center, squares, cubes := mean(jackknife), 0.0, 0.0
	for _, v := range jackknife {
		d := center - v
		squares += d * d
		cubes += d * d * d
	}
	if squares == 0 {
		return 0
	}
	return cubes / (6 * squares * math.Sqrt(squares))
}

// quantile returns the value below which that fraction of sorted values lies, linear between them (type 7 of Hyndman
// and Fan 1996).
func quantile(sorted []float64, fraction float64) float64 {
	position := fraction * float64(len(sorted)-1)
	left := min(int(position), len(sorted)-1)
	right := min(left+1, len(sorted)-1)
	return sorted[left] + (position-float64(left))*(sorted[right]-sorted[left])
}

func normalQuantile(chance float64) float64 { return mathext.NormalQuantile(chance) }

func normalChance(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
