package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/combin"
	"gonum.org/v1/gonum/stat/distuv"
)

const (
	mostEnumerated = 8      // the largest sample whose resamples are all counted
	resamples      = 10_000 // of a larger one
)

// resampled are the sums of values drawn with replacement, as many as there are.
type resampled struct {
	sums      []resampledSum
	total     int     // of all counts
	tie       float64 // sums as near to each other as this are equal but for rounding
	deviation float64 // the standard deviation of the sums
}

// resampledSum is a sum and how many resamples have it. Several may be equal.
type resampledSum struct {
	sum   float64
	count int
}

// resample draws from values whose mean is 0.
func resample(values []float64) resampled {
	r := resampled{deviation: floats.Norm(values, 2)}
	for _, v := range values {
		r.tie += tie * math.Abs(v)
	}
	if len(values) <= mostEnumerated {
		r.sums = make([]resampledSum, 0, combin.Binomial(2*len(values)-1, len(values)))
		r.enumerate(values, len(values), 0, 1)
	} else {
		r.draw(values)
	}
	for _, s := range r.sums {
		r.total += s.count
	}
	return r
}

// enumerate adds every choice of so many of the values, with replacement and regardless of order, to one that has this
// sum and can be made in so many ways.
func (r *resampled) enumerate(values []float64, left int, sum float64, ways int) {
	if len(values) == 1 {
		r.sums = append(r.sums, resampledSum{sum + float64(left)*values[0], ways})
		return
	}
	for times := range left + 1 {
		r.enumerate(values[1:], left-times, sum+float64(times)*values[0], ways)
		ways = ways * (left - times) / (times + 1) // in as many ways as there are to place one more
	}
}

// draw adds random choices. A random number is read as a fraction whose digits in base n are positions of values: so
// many digits that 24 of its bits are left, and no position is preferred by more than one part in 2^24.
func (r *resampled) draw(values []float64) {
	n := uint64(len(values))
	digits := 1
	for power := n; power*n <= 1<<40; power *= n {
		digits++
	}
	random := rand.NewPCG(0, n)
	r.sums = make([]resampledSum, resamples)
	for i := range r.sums {
		sum := 0.
		for left := len(values); left > 0; left -= digits {
			fraction, position := random.Uint64(), uint64(0)
			for range min(left, digits) {
				position, fraction = bits.Mul64(fraction, n)
				sum += values[position]
			}
		}
		r.sums[i] = resampledSum{sum, 1}
	}
}

// shareBelowZero returns which part of the sums is below 0, those equal to it counting half.
func (r *resampled) shareBelowZero() float64 {
	doubled := 0
	for _, s := range r.sums {
		switch {
		case s.sum < -r.tie:
			doubled += 2 * s.count
		case s.sum <= r.tie:
			doubled += s.count
		}
	}
	return float64(doubled) / float64(2*r.total)
}

// quantile returns the sum below which that fraction of all lies, linear between them (type 7 of Hyndman and Fan 1996).
// It changes the order of the sums.
func (r *resampled) quantile(fraction float64) float64 {
	position := fraction * float64(r.total-1)
	rank := min(int(position), r.total-2)
	// A normal sum would have most others on the far side of this one, so that little is left to search.
	inside := .7 * r.deviation * distuv.UnitNormal.Quantile(fraction)
	sum, next := r.orderStatistics(rank, inside)
	return sum + (position-float64(rank))*(next-sum)
}

// orderStatistics returns the sums at a rank from 0, but for the last, and at the next, by Hoare's selection with a first
// pivot.
func (r *resampled) orderStatistics(rank int, pivot float64) (sum, next float64) {
	sums := r.sums
	for {
		below, above, countBelow, countEqual := partition(sums, pivot)
		switch {
		case rank < countBelow:
			sums = sums[:below]
		case rank+1 < countBelow+countEqual:
			return pivot, pivot
		case rank < countBelow+countEqual:
			return pivot, r.leastAbove(pivot)
		default:
			sums, rank = sums[above:], rank-countBelow-countEqual
		}
		pivot = medianOfThree(sums[0].sum, sums[len(sums)/2].sum, sums[len(sums)-1].sum)
	}
}

// leastAbove returns the least sum above a limit.
func (r *resampled) leastAbove(limit float64) float64 {
	least := math.Inf(1)
	for _, s := range r.sums {
		if s.sum > limit && s.sum < least {
			least = s.sum
		}
	}
	return least
}

// partition brings the sums below the pivot to [:below] and those above it to [above:], and counts those below and equal.
func partition(sums []resampledSum, pivot float64) (below, above, countBelow, countEqual int) {
	above = len(sums)
	for i := 0; i < above; {
		s := sums[i]
		switch {
		case s.sum < pivot:
			sums[below], sums[i] = s, sums[below]
			countBelow += s.count
			below++
			i++
		case s.sum > pivot:
			above--
			sums[above], sums[i] = s, sums[above]
		default:
			countEqual += s.count
			i++
		}
	}
	return below, above, countBelow, countEqual
}

func medianOfThree(a, b, c float64) float64 {
	return max(min(a, b), min(max(a, b), c))
}
