package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// MostExact is the largest number of differences whose sign assignments are all counted.
const MostExact = 36

// signDraws is how many sign assignments are drawn where they are too many to count.
const signDraws = 99_999

// tie is the part of Σ|d| by which sums may differ and count as equal.
const tie = 1e-9

// SignFlip returns the two-sided p of the sign-flip (one-sample permutation) test: the share of the 2^n ways to give the
// differences signs in which their mean is at least as far from 0 (Fisher, "The Design of Experiments", 1935, section
// 21). It assumes only that each difference is as likely to have either sign.
//
// A mean that is smaller by 1e-9 Σ|d| still counts as a tie. Differences of accuracies, which are counts of up to a million
// examples and make many ties, carry rounding errors of up to about 1e-10 of themselves; and what is counted needlessly
// makes p larger, by about one part in 10^9.
//
// The share is exact up to 36 differences that are not 0. With more, it is (b+1)/(m+1), b being how many of m = 99,999 random
// assignments reach the mean (Phipson and Smyth 2010), always the same for the same differences. It is undefined for no
// differences, and where one is not finite.
func SignFlip(differences []float64) float64 {
	if len(differences) == 0 {
		return math.NaN()
	}
	for _, d := range differences {
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return math.NaN()
		}
	}
	sizes := slices.Sorted(slices.Values(differences))
	scale(sizes)
	sum, total := 0., 0.
	for i, d := range sizes {
		sum += d
		sizes[i] = math.Abs(d)
		total += sizes[i]
	}
	sizes = slices.DeleteFunc(sizes, func(size float64) bool { return size == 0 }) // has the same sum with either sign
	slices.Sort(sizes)
	reached := math.Abs(sum) - tie*total
	switch {
	case reached <= 0:
		return 1
	case len(sizes) <= MostExact:
		return exactShare(sizes, reached)
	}
	return drawnShare(sizes, reached)
}

// LeastSignFlip returns the least p that the exact sign-flip test can give for n differences, 2/2^n: no assignment but the
// one seen and its opposite reach the mean.
func LeastSignFlip(n int) float64 { return math.Ldexp(1, min(1-n, 0)) }

// exactShare returns the share of the sign assignments whose sum is at least so far from 0. It meets in the middle
// (Horowitz and Sahni 1974): for each sum of one half of the sizes it counts the sums of the other that reach far enough,
// which takes 2^(n/2) steps.
func exactShare(sizes []float64, reached float64) float64 {
	left, right := signedSums(sizes[:len(sizes)/2]), signedSums(sizes[len(sizes)/2:])
	count, first := 0, len(right)
	for _, sum := range left { // rising, so that the first sum of the other half that suffices falls
		for first > 0 && sum+right[first-1] >= reached {
			first--
		}
		count += len(right) - first
	}
	return math.Ldexp(float64(count), 1-len(sizes)) // the other half of the assignments are the opposites
}

// signedSums returns the sums of the sizes with every assignment of signs, 2^n of them, in rising order.
func signedSums(sizes []float64) []float64 {
	sums := []float64{0}
	for _, size := range sizes {
		longer := make([]float64, 0, 2*len(sums))
		low, high := 0, 0 // how many sums were taken with a minus, and with a plus
		for high < len(sums) {
			if low < len(sums) && sums[low]-size <= sums[high]+size {
				longer = append(longer, sums[low]-size)
				low++
			} else {
				longer = append(longer, sums[high]+size)
				high++
			}
		}
		sums = longer
	}
	return sums
}

// drawnShare estimates what exactShare counts.
func drawnShare(sizes []float64, reached float64) float64 {
	random := rand.NewPCG(0, uint64(len(sizes)))
	count := 1
	for range signDraws {
		sum, signs := 0., uint64(0)
		for i, size := range sizes {
			if i%64 == 0 {
				signs = random.Uint64()
			}
			sum += math.Float64frombits(math.Float64bits(size) ^ signs&(1<<63))
			signs <<= 1
		}
		if math.Abs(sum) >= reached {
			count++
		}
	}
	return float64(count) / (signDraws + 1)
}
