package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/combin"
)

const (
	mostEnumerated = 8      // the largest sample whose resamples are all counted
	resamples      = 10_000 // of a larger one
)

// resampled are the sums of values drawn with replacement, as many as there are.
type resampled struct {
	sums  []resampledSum
	total int     // of all counts
	tie   float64 // sums as near to each other as this are equal but for rounding
}

// resampledSum is a sum and how many resamples have it. Several may be equal.
type resampledSum struct {
	sum   float64
	count int
}

func resample(values []float64) resampled {
	r := resampled{}
	for _, v := range values {
		r.tie += tie * math.Abs(v)
	}
	if len(values) <= mostEnumerated {
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
		r.enumerate(values[1:], left-times, sum+float64(times)*values[0], ways*combin.Binomial(left, times))
	}
}

// draw adds random choices. A random number is read as a fraction, whose digits in base n are positions of values: as
// many as leave 32 of its bits, so that none is preferred by more than one part in 2^32.
func (r *resampled) draw(values []float64) {
	n := uint64(len(values))
	digits := 1
	for power := n; power*n <= 1<<32; power *= n {
		digits++
	}
	random := rand.NewPCG(0, n)
	r.sums = make([]resampledSum, resamples)
	for i := range r.sums {
		sum, fraction := 0., uint64(0)
		for position := range values {
			if position%digits == 0 {
				fraction = random.Uint64()
			}
			var digit uint64
			digit, fraction = bits.Mul64(fraction, n)
			sum += values[digit]
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

// quantile returns the least sum with at least that fraction of all at or below it (type 1 of Hyndman and Fan 1996), by
// Hoare's selection. It changes the order of the sums.
func (r *resampled) quantile(fraction float64) float64 {
	wanted := min(max(int(math.Ceil(fraction*float64(r.total))), 1), r.total)
	sums := r.sums
	for {
		pivot := medianOfThree(sums[0].sum, sums[len(sums)/2].sum, sums[len(sums)-1].sum)
		below, above := 0, len(sums) // sums[:below] < pivot, sums[above:] > pivot
		countBelow, countEqual := 0, 0
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
		switch {
		case wanted <= countBelow:
			sums = sums[:below]
		case wanted <= countBelow+countEqual:
			return pivot
		default:
			wanted -= countBelow + countEqual
			sums = sums[above:]
		}
	}
}

func medianOfThree(a, b, c float64) float64 {
	return max(min(a, b), min(max(a, b), c))
}
