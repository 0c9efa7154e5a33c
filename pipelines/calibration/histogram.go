package calibration

import (
	"math"
	"sort"
)

// EntropyBins is the customary number of bins of an entropy histogram.
const EntropyBins = 20

// EntropyHistogram counts predictions by the entropy H[q] of the predicted distribution, in nats, those that were right
// apart from those that were wrong. The bins divide 0 to Limit into equal intervals, right-closed as those of a
// reliability diagram, with 0 in the first; what rounding, or probabilities that sum to a little more than 1, have put
// above Limit is in the last. Of soft labels the counts are expectations: a prediction counts as right with the
// probability of the predicted class, and as wrong with the rest.
type EntropyHistogram struct {
	Limit        float64   // ln K, the entropy of the uniform distribution
	Right, Wrong []float64 // [bins]
}

// EntropyHistogram returns the histogram of so many bins. It panics if bins is outside 1 to MaxBins.
func (p *Predictions) EntropyHistogram(bins int) EntropyHistogram {
	checkBins(bins)
	h := EntropyHistogram{Limit: math.Log(float64(p.classes)), Right: make([]float64, bins), Wrong: make([]float64, bins)}
	upper := make([]float64, bins-1) // the last bin has no edge that matters
	for b := range upper {
		upper[b] = h.Limit * edge(b+1, bins)
	}
	for i, entropy := range p.entropy {
		b := sort.SearchFloat64s(upper, entropy)
		h.Right[b] += p.hit[i]
		h.Wrong[b] += 1 - p.hit[i]
	}
	return h
}
