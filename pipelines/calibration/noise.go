package calibration

import "math/rand/v2"

const (
	// noiseDraws is how often ECENoiseFloor redraws the labels.
	noiseDraws = 100
	// noiseSeed and noiseStream seed the PCG generator that draws them.
	noiseSeed, noiseStream = 0x65636520666c6f6f, 0x72
)

// ECENoiseFloor is the ECE that a perfectly calibrated model with these confidences has on average from chance
// alone: the mean over 100 draws of the ECE when every label is drawn anew from the model's own q. An ECE
// near it is no evidence of miscalibration.
//
// The ECE depends on a label only through the hit, which a label drawn from q makes with the probability of the
// predicted class, the confidence; so hits are drawn and not labels. The generator (PCG) has a fixed seed and
// the same predictions in the same order give the same number. It panics if bins is outside 1 to MaxBins.
func (p *Predictions) ECENoiseFloor(bins int) float64 {
	groups := equalWidth(p.confidence, p.hit, bins)
	bin := make([]int32, p.Len())
	for i, confidence := range p.confidence {
		bin[i] = int32(binOf(confidence, bins))
	}
	random := rand.New(rand.NewPCG(noiseSeed, noiseStream))
	hits := make([]int, bins)
	sum := 0.0
	for range noiseDraws {
		clear(hits)
		for i, confidence := range p.confidence {
			hit := 0
			if random.Float64() < confidence {
				hit = 1
			}
			hits[bin[i]] += hit
		}
		for b, h := range hits {
			groups[b].observed = float64(h)
		}
		sum += expectedGap(groups)
	}
	return sum / noiseDraws
}
