package calibration

import (
	"fmt"
	"math"
)

// The published grid of temperatures is 0.1, 0.2, ..., 10.
const (
	gridPerUnit = 10
	gridPoints  = 100
)

// FitTemperatureByECE returns the temperature of the grid 0.1, 0.2, ..., 10 at which the ECE in bins of equal
// width is least, the lowest of equals (Mukhoti 2020, arXiv 2002.09437). The ECE is not a proper score and not
// smooth in T; FitTemperature, which minimises the NLL, is the usual choice. The number of bins must be
// from 1 to MaxBins.
func (p *Predictions) FitTemperatureByECE(bins int) (_ Fit, err error) {
	defer recoverChange(&err)
	if err := validBins(bins); err != nil {
		return Fit{}, fmt.Errorf("fitting temperature by ece: %w", err)
	}
	best, least := 0, math.Inf(1)
	logarithm, confidence := p.logarithms(), make([]float64, p.Len())
	for point := 1; point <= gridPoints; point++ {
		p.confidenceAt(confidence, logarithm, float64(point)/gridPerUnit)
		if ece := expectedGap(p.equalWidth(confidence, bins)); ece < least {
			best, least = point, ece
		}
	}
	temperature := float64(best) / gridPerUnit
	scaled, err := p.Scale(temperature)
	if err != nil {
		return Fit{}, fmt.Errorf("fitting temperature by ece: %w", err)
	}
	return Fit{Temperature: temperature, NLL: scaled.NLL(), AtBound: best == 1 || best == gridPoints}, nil
}

// confidenceAt sets the confidences that Scale gives at a temperature, from the logarithms of the probabilities.
func (p *Predictions) confidenceAt(confidence, logarithm []float64, temperature float64) {
	for i, top := range p.predicted {
		row, others := logarithm[i*p.classes:(i+1)*p.classes], 0.0
		for k, l := range row {
			if k != int(top) {
				others += math.Exp((l - row[top]) / temperature)
			}
		}
		confidence[i] = 1 / (1 + others)
	}
}
